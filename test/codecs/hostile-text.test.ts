import test from 'ava';
import {decodeCoreMetadata} from '../../src/codecs/core-metadata.ts';
import {decodeEntryPoints} from '../../src/codecs/entry-points.ts';
import {decodeUnit} from '../../src/codecs/systemd-unit.ts';

/** Far less than a second where time grows with the length; hours where it grows with its square. */
const long = 1_000_000;

const soon = test.macro((t, read: () => unknown) => {
	const begin = performance.now();
	t.notThrows(read);
	t.true(performance.now() - begin < 5000);
});

test('entry points: a long line of spaces before =', soon, () => decodeEntryPoints(`a${' '.repeat(long)}`));
test('entry points: a long line of spaces in a value', soon, () => decodeEntryPoints(`a=b${' '.repeat(long)}c`));
test('a unit: a long line of spaces', soon, () => decodeUnit(`a${' '.repeat(long)}b`));
test('METADATA: quotes that never close', soon, () => decodeCoreMetadata(`Author-email: ${'\\"'.repeat(long)}\n`));
test('METADATA: very many lines that continue one', soon, () => decodeCoreMetadata(`Name: x\n${' y\n'.repeat(long)}`));
