import {execFileSync} from 'node:child_process';
import {globSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {decodeDebShlibs, decodeDebSymbols} from '../../src/codecs/deb-libraries.ts';
import {compareDebVersions} from '../../src/codecs/deb-version-order.ts';
import {decodeLibraryTable, encodeLibraryTable} from '../../src/codecs/library-table.ts';
import {withTools} from '../helpers/tools.ts';

const test = withTools('dpkg');

/** dpkg's own answer: -1, 0 or 1. */
function dpkgOrder(one: string, other: string): number {
	const says = (relation: string) => {
		try {
			execFileSync('dpkg', ['--compare-versions', one, relation, other], {stdio: 'ignore'});
			return true;
		} catch {
			return false;
		}
	};
	return says('lt') ? -1 : says('eq') ? 0 : 1;
}

const character = fc.constantFrom(...'0129aZ.+~-');
const version = fc
	.tuple(
		fc.constantFrom('', '0:', '2:'),
		fc.constantFrom('0', '1', '10'),
		fc.array(character, {maxLength: 6}).map(list => list.join('').replace(/-+$/, '')),
	)
	.map(parts => parts.join(''));

test('versions are ordered as dpkg orders them', t => {
	fc.assert(
		fc.property(version, version, (one, other) => {
			t.is(Math.sign(compareDebVersions(one, other)), dpkgOrder(one, other), `${one} ${other}`);
		}),
		{
			numRuns: 150,
			examples: [
				['1.0', '1.0-0'],
				['1.0~rc1', '1.0'],
				['1:0', '9'],
				['1.0a', '1.0+'],
				['01', '1'],
			],
		},
	);
});

const symbols = `libdemo.so.1 libdemo1 #MINVER#
| libdemo1 (>> 2.36), libdemo1 (<< 2.37)
* Build-Depends-Package: libdemo-dev
 DEMO_1.0@DEMO_1.0 1.0
 open@DEMO_1.0 1.0
 late@DEMO_1.0 1.4
 DEMO_2.0@DEMO_2.0 2.1-3~
 new@DEMO_2.0 2.1-3~
 private@DEMO_PRIVATE 0 1
`;

test('a symbols file', t => {
	const [library, ...others] = decodeDebSymbols(symbols);
	t.deepEqual(others, []);
	t.is(library?.soname, 'libdemo.so.1');
	t.deepEqual(library?.templates, ['libdemo1 #MINVER#', 'libdemo1 (>> 2.36), libdemo1 (<< 2.37)']);
	t.is(library?.symbols.length, 6);
	t.deepEqual(library?.symbols.at(-1), {name: 'private', version: 'DEMO_PRIVATE', minimum: '0', template: 1});
});

test('a shlibs file: both spellings of a name with a version; nothing for installers', t => {
	t.deepEqual(decodeDebShlibs('libfoo 2 libfoo2 (>= 1.2)\nudeb: libfoo 2 libfoo2-udeb\n# a comment\n'), [
		{sonames: ['libfoo.so.2', 'libfoo-2.so'], relation: 'libfoo2 (>= 1.2)'},
	]);
});

const table = decodeLibraryTable(
	encodeLibraryTable({
		target: 'debian-12',
		suite: 'bookworm',
		libraries: decodeDebSymbols(symbols),
		shlibs: decodeDebShlibs('libfoo 2 libfoo2 (>= 1.2), libfoo-data\nlibdemo 1 libdemo1 (>= 9)\n'),
	}),
);
const asks = (soname: string, ...asked: ReadonlyArray<readonly [version: string, symbol?: string]>) =>
	table.relationsOf(
		soname,
		asked.map(([wanted, symbol = '']) => ({version: wanted, symbol})),
	);

test('the newest minimum of what is asked', t => {
	t.deepEqual(asks('libdemo.so.1', ['DEMO_1.0'], ['DEMO_2.0']), ['libdemo1 (>= 2.1-3~)']);
	t.deepEqual(asks('libdemo.so.1', ['DEMO_1.0', 'open']), ['libdemo1 (>= 1.0)']);
});
test('a symbol that came later than others of its version', t => {
	t.deepEqual(asks('libdemo.so.1', ['DEMO_1.0', 'late'], ['DEMO_1.0', 'open']), ['libdemo1 (>= 1.4)']);
});
test('a symbol that only one version has', t => {
	t.deepEqual(asks('libdemo.so.1', ['DEMO_PRIVATE', 'private']), ['libdemo1 (>> 2.36)', 'libdemo1 (<< 2.37)']);
});
test('shlibs where there are no symbols', t => {
	t.deepEqual(asks('libfoo.so.2'), ['libfoo2 (>= 1.2)', 'libfoo-data']);
});
test('a library that the distribution has not', t => {
	t.is(asks('libnone.so.1'), undefined);
	t.is(asks('constructor'), undefined);
});

test('every symbols file of this machine is read: no symbol is passed over', t => {
	const files = globSync('/var/lib/dpkg/info/*.symbols');
	t.true(files.length > 0);
	for (const file of files) {
		const text = readFileSync(file, 'utf8');
		const read = decodeDebSymbols(text).reduce((sum, {symbols: some}) => sum + some.length, 0);
		t.is(read, text.split('\n').filter(line => line.startsWith(' ')).length, file);
	}
});
