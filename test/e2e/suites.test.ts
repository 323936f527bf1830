import {mkdtempSync, rmSync} from 'node:fs';
import {copyFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import {type CleanRoot, cleanRoot} from '../helpers/clean-root.ts';
import {buildHello, does, serves} from '../helpers/hello-service.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// One package for each Debian, by an interpreter of its minor. Each installs, runs and goes away on its own suite; the
// other two refuse it before anything is unpacked: a venv of another minor would end in a traceback.

interface Suite {
	readonly name: string;
	readonly target: string;
	readonly minor: string;
}

const suites: readonly Suite[] = [
	{name: 'bullseye', target: 'debian-11', minor: '3.9'},
	{name: 'bookworm', target: 'debian-12', minor: '3.11'},
	{name: 'trixie', target: 'debian-13', minor: '3.13'},
];

const folder = mkdtempSync(join(tmpdir(), 'venvpack-suites-'));
ava.after.always(() => rmSync(folder, {recursive: true, force: true}));

const lacking = suites.map(({minor}) => minor).filter(minor => pythonOf(minor) === undefined);
const inDebian =
	lacking.length === 0
		? withTools('root', 'debootstrap', 'unshare', 'mount')
		: withReason(lacking.map(minor => `python${minor}`).join(', '));

let made: Promise<ReadonlyMap<string, string>> | undefined;

/** One deb of the example for each suite, built once; by the name of the suite. */
function debs(): Promise<ReadonlyMap<string, string>> {
	made ??= buildAll();
	return made;
}

async function buildAll(): Promise<ReadonlyMap<string, string>> {
	const built = new Map<string, string>();
	for (const {name, target, minor} of suites) {
		const python = pythonOf(minor)?.path ?? minor;
		const flags = ['--out', join(folder, name), '--format', 'deb', '--python', python, '--target', target];
		built.set(name, (await buildHello(flags)).get('deb') ?? '');
	}

	return built;
}

const noSources = '-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=/tmp/none';

/** apt says what is missing, and nothing is there afterwards. */
async function refuses(t: ExecutionContext, debian: CleanRoot, file: string, flags = ''): Promise<string> {
	const {code, output} = await debian.run(`apt-get install -y --no-install-recommends ${flags} ${file} 2>&1`);
	t.is(code, 100, output);
	t.notRegex(output, /Traceback/);
	await does(t, debian, '! test -e /opt/hello && ! dpkg -s hello 2>/dev/null');
	return output;
}

for (const suite of suites) {
	inDebian.serial(`${suite.name}: its own package installs and serves, those of the others are refused`, async t => {
		const files = await debs();
		const debian = await cleanRoot(suite.name);
		t.teardown(debian.close);
		for (const {name, minor} of suites) {
			const inside = `/tmp/${name}.deb`;
			await copyFile(files.get(name) ?? '', join(debian.path, inside));
			if (name !== suite.name) {
				t.regex(await refuses(t, debian, inside), new RegExp(`Depends: python${minor}\\b`));
			}
		}

		const own = `/tmp/${suite.name}.deb`;
		t.regex(await refuses(t, debian, own, noSources), / Depends: /, 'without its dependencies');
		await does(t, debian, `apt-get install -y -qq --no-install-recommends ${own}`, true);
		await serves(t, debian, suite.minor);
		t.is(await does(t, debian, 'dpkg -V hello'), '');
		await does(t, debian, 'apt-get purge -y -qq hello');
		await does(t, debian, '! test -e /opt/hello');
	});
}
