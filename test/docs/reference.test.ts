import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import {keyNames, keys} from '../../src/config/keys.ts';
import {debVersion} from '../../src/formats/deb/version.ts';
import {formats} from '../../src/formats/formats.ts';
import {evr, rpmVersion} from '../../src/formats/rpm/version.ts';
import {targets} from '../../src/model/targets.ts';
import {say} from '../helpers/command-line.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

for (const command of ['', 'build', 'inspect', 'verify', 'diff', 'extract', 'reproduce', 'relocate', 'sign', 'init']) {
	test(`the reference of venvpack ${command} has the flags of its help`, async t => {
		const {stdout} = await say(`${command} --help`);
		const documented = flagsOf(section(read('docs/reference/command-line.md'), `venvpack ${command}`.trim()));
		const common = ['--json', '--quiet', '--verbose', '-h, --help'];
		t.deepEqual(
			[...new Set([...documented, ...(command === '' || command === 'build' ? [] : common)])].sort(),
			helpFlags(stdout).sort(),
		);
	});
}

test('explain takes the flags of build, as the reference says', async t => {
	const [build, explain] = [await say('build --help'), await say('explain --help')];
	t.deepEqual(
		helpFlags(explain.stdout),
		helpFlags(build.stdout).filter(flag => !['--dry-run', '--verify', '--verify-run'].includes(flag)),
	);
});

test('the reference names every command', async t => {
	const {stdout} = await say('--help');
	const commands = [...(stdout.split('Commands:')[1]?.matchAll(/^ {2}([a-z]+)/gm) ?? [])].map(([, name]) => name);
	const documented = [...read('docs/reference/command-line.md').matchAll(/^venvpack ([a-z]+)/gm)].map(
		([, name]) => name,
	);
	t.deepEqual(documented, commands);
});

test('the configuration has every key, with its flag', t => {
	const rows = rowsOf(section(read('docs/reference/configuration.md'), 'Keys'));
	t.deepEqual(
		rows.map(([key, flag]) => `${key} ${flag}`.trim()).sort(),
		keyNames.map(key => `${key} ${keys[key].flag ?? ''}`.trim()).sort(),
	);
	t.deepEqual(
		rows.filter(([, , words = '']) => words.length < 10),
		[],
	);
});

for (const format of formats.filter(({settings}) => Object.keys(settings).length > 0)) {
	test(`the configuration has the table of ${format.name}, with its defaults`, t => {
		const rows = rowsOf(section(read('docs/reference/configuration.md'), `[${format.name}]`));
		t.deepEqual(
			rows.map(([key, value]) => [key, value]),
			Object.entries(format.settings).map(([key, setting]) => [key, JSON.stringify(setting.default)]),
		);
	});
}

test('the table of targets is that of the program', t => {
	t.deepEqual(
		rowsOf(read('docs/reference/targets.md')),
		targets.map(({id, packager, packagerVersion, glibc, pythons}) => [
			...[id, packager === 'dpkg' ? 'deb' : 'rpm', `${packager} ${packagerVersion}`, glibc, pythons.join(', ')],
		]),
	);
});

test('versions are mapped as the table says', t => {
	const rows = rowsOf(section(read('docs/reference/files.md'), 'Versions'));
	t.true(rows.length >= 10);
	for (const [version = '', deb, rpm] of rows) {
		t.is(debVersion({version, release: '1'}), `${deb}-1`);
		t.is(evr(rpmVersion(version), '1'), `${rpm}-1`);
	}
});

test('every schema that is published is named', t => {
	const text = section(read('docs/reference/files.md'), 'Schemas');
	t.deepEqual(
		readdirSync(new URL('schema/', root)).filter(name => !text.includes(`(../../schema/${name})`)),
		[],
	);
});

test('the formats are named wherever they are listed', t => {
	const names = formats.map(({name}) => `\`${name}\``);
	for (const page of ['command-line', 'configuration', 'files']) {
		const text = read(`docs/reference/${page}.md`);
		t.deepEqual(
			names.filter(name => !text.includes(name)),
			[],
			page,
		);
	}
});

/** The text below a heading of the second level, up to the next one. */
function section(text: string, title: string): string {
	return text.split(/^## /m).find(part => part.split('\n')[0] === title) ?? '';
}

/** The cells of each row of the tables in a text, those of headings left out, code marks taken off. */
function rowsOf(text: string): string[][] {
	return text
		.split('\n')
		.filter((line, at, lines) => line.startsWith('| ') && !lines[at + 1]?.startsWith('|---'))
		.map(line =>
			line
				.replaceAll(/^\| | \|$/g, '')
				.split(/ ?\| /)
				.map(cell => cell.trim().replace(/^`([^`]*)`$/, '$1')),
		);
}

/** Such as `--from <REQUIREMENT>`, out of the tables. */
function flagsOf(text: string): string[] {
	return [...text.matchAll(/^\| `(-[^`]*)`/gm)].map(([, flag]) => (flag ?? '').replaceAll('\\|', '|'));
}

function helpFlags(text: string): string[] {
	return [...text.matchAll(/^ {2}(-(?:-|\S, --)[a-z0-9-]+(?: <[^>]+>)?)/gm)].map(([, flag]) => flag ?? '');
}
