import test from 'ava';
import {ElfWindows, headSize} from '../../src/check/survey/elf-windows.ts';
import {ElfUnread} from '../../src/codecs/elf-bytes.ts';

const size = headSize + 3_000_000;
const file = Buffer.alloc(size);
for (let at = 0; at < size; at += 4) {
	file.writeUInt32LE(at, at);
}

/** Asks for four bytes at each place, one after the other, each known from the one before. */
function asking(places: readonly number[]): ElfWindows<readonly number[]> {
	return new ElfWindows(size, Buffer.alloc(headSize), ({parts}) =>
		places.map(place => {
			const part = parts.find(({start, bytes}) => place >= start && place + 4 <= start + bytes.length);
			if (!part) {
				throw new ElfUnread([{start: place, length: 4}]);
			}

			return Buffer.from(part.bytes).readUInt32LE(place - part.start);
		}),
	);
}

/** The answer, and how often the file had to be read. */
function read(windows: ElfWindows<readonly number[]>, chunk = 65_536): readonly [readonly number[], number] {
	for (let readings = 1; ; readings++) {
		for (let at = 0; at < size; at += chunk) {
			windows.push(file.subarray(at, at + chunk));
		}

		const answer = windows.end();
		if (answer) {
			return [answer.value, readings];
		}
	}
}

const head = 64;
const [middle, behind, end] = [headSize + 1000, headSize + 2_000_000, size - 4];

test('what lies in the head, or behind what names it, is had in one reading', t => {
	t.deepEqual(read(asking([head])), [[head], 1]);
	t.deepEqual(read(asking([middle, behind, head, end])), [[middle, behind, head, end], 1]);
});

test('the size of the chunks does not matter', t => {
	for (const chunk of [4096, 1_000_003, size]) {
		t.deepEqual(read(asking([middle, end]), chunk), [[middle, end], 1]);
	}
});

test('what has passed when it is named takes another reading', t => {
	t.deepEqual(read(asking([behind, middle, end])), [[behind, middle, end], 2]);
});

test('a file that leads its reader on is given up', t => {
	const backwards = Array.from({length: 12}, (_, at) => end - at * 4096);
	t.throws(() => read(asking(backwards)), {instanceOf: RangeError});
});

test('a file whose tables are larger than anybody’s is given up before they are kept', t => {
	const windows = new ElfWindows(2 ** 40, Buffer.alloc(headSize), () => {
		throw new ElfUnread([{start: headSize, length: 2 ** 39}]);
	});
	t.throws(() => windows.push(Buffer.alloc(headSize)), {instanceOf: RangeError});
});
