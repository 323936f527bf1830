import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {magicOf, minorOfMagic} from '../../src/codecs/pyc-magic.ts';
import {SourceHash} from '../../src/codecs/source-hash.ts';
import {pythons} from '../helpers/tools.ts';

const lengths = 40;
const question = `
import importlib.util as util
print(util.MAGIC_NUMBER.hex())
for length in range(${lengths}):
    print(util.source_hash(bytes(range(100, 100 + length))).hex())
`;

for (const {path, minor, origin} of pythons()) {
	test(`Python ${minor} (${origin}) has this magic, and these hashes`, t => {
		const [magic = '', ...hashes] = execFileSync(path, ['-IS', '-c', question], {encoding: 'utf8'}).trim().split('\n');
		t.is(hex(magicOf(minor)), magic);
		t.is(minorOfMagic(Buffer.from(magic, 'hex')), minor);
		const bytes = Uint8Array.from({length: lengths}, (_, at) => 100 + at);
		t.deepEqual(
			Array.from({length: lengths}, (_, length) => hashOf([bytes.subarray(0, length)], minor)),
			hashes,
		);
	});
}

test('chunks of any size give the hash of the whole', t => {
	fc.assert(
		fc.property(fc.array(fc.uint8Array({maxLength: 20})), fc.constantFrom('3.9', '3.12'), (chunks, minor) => {
			t.is(hashOf(chunks, minor), hashOf([Buffer.concat(chunks)], minor));
		}),
	);
});

test('a magic of no release is nobody’s', t => {
	t.is(minorOfMagic(Uint8Array.of(0xac, 0x0d, 0x0d, 0x0a)), undefined);
	t.is(magicOf('3.6'), undefined);
});

function hashOf(chunks: readonly Uint8Array[], minor: string): string {
	const hash = new SourceHash(magicOf(minor) ?? new Uint8Array(4), minor);
	for (const chunk of chunks) {
		hash.update(chunk);
	}

	return hex(hash.digest());
}

function hex(bytes: Uint8Array | undefined): string {
	return Buffer.from(bytes ?? []).toString('hex');
}
