import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import ava from 'ava';
import fc from 'fast-check';
import {decodeElf, isElf} from '../../src/codecs/elf.ts';
import {ElfUnread} from '../../src/codecs/elf-bytes.ts';
import {askedSymbols} from '../../src/codecs/elf-symbols.ts';
import {ArtifactError} from '../../src/model/errors.ts';
import {withTools} from '../helpers/tools.ts';

const test = withTools('readelf');

const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/bin'].filter(existsSync);
const samples = folders.flatMap(folder =>
	readdirSync(folder)
		.sort()
		.map(name => join(folder, name))
		.filter(isElfFile)
		.slice(0, 12),
);

function isElfFile(file: string): boolean {
	try {
		return isElf(readFileSync(file).subarray(0, 4));
	} catch {
		return false;
	}
}

/** `name@VERSION` of each undefined symbol, as readelf writes them. */
function byReadelf(file: string): string[] {
	const said = execFileSync('readelf', ['-W', '--dyn-syms', file], {encoding: 'utf8', maxBuffer: 64 * 1024 * 1024});
	return said
		.split('\n')
		.flatMap(line => /^\s*\d+: \S+\s+\d+ \S+\s+\S+\s+\S+\s+(?:\[.*\]\s+)?UND (\S+)/.exec(line)?.[1] ?? [])
		.sort();
}

const shown = (bytes: Uint8Array) =>
	askedSymbols(decodeElf(bytes))
		.map(({symbol, version}) => (version === 'Base' ? symbol : `${symbol}@${version}`))
		.sort();

test('the undefined symbols and their versions are those that readelf shows', t => {
	t.true(samples.length > 10);
	for (const file of samples) {
		t.deepEqual(shown(readFileSync(file)), byReadelf(file), file);
	}
});

test('a file whose sections were stripped tells as much where it defines something itself', t => {
	for (const file of samples.filter(name => name.includes('.so'))) {
		const bytes = Uint8Array.from(readFileSync(file));
		const known = shown(bytes);
		const view = new DataView(bytes.buffer);
		view.setBigUint64(40, 0n, true);
		view.setUint16(60, 0, true);
		const found = shown(bytes);
		// A library that exports nothing has an empty table, which tells no number.
		t.true(found.length <= 1 || found.length === known.length, file);
	}
});

ava('any bytes after a sound header give symbols or an error with a code, soon', t => {
	const file = readFileSync(samples.find(name => name.includes('.so')) ?? process.execPath).subarray(0, 64 * 1024);
	const changed = fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), {maxLength: 40}), changes => {
		const bytes = Uint8Array.from(file);
		for (const [at, value] of changes) {
			bytes[Math.max(at, 20)] = value;
		}

		try {
			askedSymbols(decodeElf(bytes));
		} catch (error) {
			if (!(error instanceof ArtifactError || error instanceof ElfUnread)) {
				throw error;
			}
		}
	});
	t.notThrows(() => fc.assert(changed, {numRuns: 200}));
});
