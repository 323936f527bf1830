import test from 'ava';
import fc from 'fast-check';
import {ByteReader} from '../../src/host/byte-reader.ts';
import {ArtifactError} from '../../src/model/errors.ts';

const bytes = Buffer.from(Array.from({length: 500}, (_, at) => at % 251));

/** The bytes in pieces of these sizes, each overwritten once the next is asked for, as streams do. */
async function* pieces(sizes: readonly number[], ended: () => void = () => undefined): AsyncGenerator<Uint8Array> {
	try {
		for (let at = 0, turn = 0; at < bytes.length; turn++) {
			const size = sizes[turn % sizes.length] ?? 1;
			const piece = Uint8Array.from(bytes.subarray(at, at + size));
			yield piece;
			piece.fill(0xee);
			at += size;
		}
	} finally {
		ended();
	}
}

const cutOff = (position: number) =>
	new ArtifactError(`ends at ${position}`, {code: 'ARTIFACT_DAMAGED', format: 'x', reading: true});

test('takes and skips what is asked for, in whatever pieces it comes', async t => {
	const sizes = fc.array(fc.integer({min: 1, max: 120}), {minLength: 1, maxLength: 5});
	const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({max: 90})), {maxLength: 12});
	const property = fc.asyncProperty(sizes, steps, async (some, list) => {
		const reader = new ByteReader(pieces(some), cutOff);
		for (const [takes, size] of list) {
			const at = reader.position;
			if (at + size > bytes.length) {
				break;
			}

			if (takes) {
				t.deepEqual([...(await reader.take(size))], [...bytes.subarray(at, at + size)]);
			} else {
				await reader.skip(size);
			}

			t.is(reader.position, at + size);
		}

		const left = bytes.length - reader.position;
		t.is(await reader.drain(), left);
	});
	await t.notThrowsAsync(fc.assert(property));
});

test('a stream that ends too early is refused, with the place', async t => {
	await t.throwsAsync(async () => new ByteReader(pieces([7]), cutOff).take(501), {message: 'ends at 500'});
	await t.throwsAsync(async () => new ByteReader(pieces([7]), cutOff).skip(501), {message: 'ends at 500'});
	t.is((await new ByteReader(pieces([7]), cutOff).takeUpTo(501)).length, 500);
});

test('closing it ends the stream', async t => {
	let isEnded = false;
	const reader = new ByteReader(
		pieces([7], () => {
			isEnded = true;
		}),
		cutOff,
	);
	await reader.take(3);
	await reader.close();
	t.true(isEnded);
});
