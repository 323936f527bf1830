import {execFileSync} from 'node:child_process';
import {deflateRawSync, gzipSync, zstdCompressSync} from 'node:zlib';
import ava from 'ava';
import fc from 'fast-check';
import {membersOf} from '../../src/check/archive-members.ts';
import {ArchiveSearch} from '../../src/check/archive-search.ts';
import type {Needle} from '../../src/check/leak-needles.ts';
import {NeedleSearch} from '../../src/check/needle-search.ts';
import {pythons, withReason} from '../helpers/tools.ts';

const secret: Needle = {code: 'LEAK_STAGE', text: '/stage', isPath: true, where: 'anywhere'};
const search = new NeedleSearch([secret]);
const members = (bytes: Buffer) => new ArchiveSearch(search).look(bytes).map(({member}) => member);
const text = `${'no news '.repeat(50)}/stage/x`;

const python = pythons()[0]?.path;
const test = withReason(python === undefined ? 'python' : '');

/** A zip as Python writes it: names and texts, compressed or stored. */
function zipOf(files: Readonly<Record<string, Buffer | string>>, isStored = false): Buffer {
	const script = `
import base64, io, json, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if ${isStored ? 1 : 0} else zipfile.ZIP_DEFLATED) as z:
    for name, body in json.load(sys.stdin).items():
        z.writestr(name, base64.b64decode(body))
sys.stdout.buffer.write(out.getvalue())`;
	const input = JSON.stringify(
		Object.fromEntries(Object.entries(files).map(([name, body]) => [name, Buffer.from(body).toString('base64')])),
	);
	return execFileSync(python ?? '', ['-c', script], {input});
}

test('a member of a zip', t => {
	t.deepEqual(members(zipOf({'a.txt': 'fine', 'b/c.txt': text})), ['b/c.txt']);
	t.deepEqual(members(zipOf({'a.txt': 'fine'})), []);
});

test('a zip in a zip, stored or compressed, and a gzip in it', t => {
	const inner = zipOf({'x.gz': gzipSync(text)});
	t.deepEqual(members(zipOf({'inner.zip': inner})), ['inner.zip, x.gz']);
	t.deepEqual(members(zipOf({'inner.zip': inner}, true)), ['inner.zip, x.gz']);
});

test('not deeper than three, whatever is there', t => {
	const third = zipOf({'3': zipOf({'4': zipOf({'5': text})})});
	t.deepEqual(members(zipOf({'1': zipOf({'2': text})})), ['1, 2']);
	t.deepEqual(members(zipOf({'1': zipOf({'2': third})})), []);
});

ava('gzip and zstd', t => {
	t.deepEqual(members(gzipSync(text)), ['']);
	t.deepEqual(members(zstdCompressSync(text)), ['']);
});

ava('a bomb gives no more than the budget', t => {
	const bomb = gzipSync(Buffer.alloc(10_000_000));
	t.deepEqual([...membersOf(bomb, 1_000_000)], []);
});

test('damaged archives are left, never a crash', t => {
	const whole = zipOf({'a.txt': text, 'b.txt': 'b'});
	const hits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {maxLength: 8});
	fc.assert(
		fc.property(hits, fc.integer({min: 0, max: whole.length}), (changes, length) => {
			const bytes = Buffer.from(whole.subarray(0, length));
			for (const [at, value] of changes.filter(([place]) => place < length)) {
				bytes[at] = value;
			}

			members(bytes);
		}),
		{numRuns: 2000},
	);
	t.deepEqual(members(Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync('x')])), []);
});
