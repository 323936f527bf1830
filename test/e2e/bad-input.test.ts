import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {execa} from 'execa';

// What a wrong command line or configuration is answered with, by the built command line: the whole message, the exit
// code, and that nothing was made, lost or left behind.

const venvpack = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const pyproject = `[project]
name = "app"
version = "1.0"
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
`;

interface Case {
	/** Files of the folder that venvpack is called in. */
	readonly files?: Readonly<Record<string, string>>;
	readonly args: string;
	readonly environment?: Readonly<Record<string, string>>;
	/** All of stderr; HERE stands for the folder. */
	readonly says: string;
	readonly code: string;
}

const refuses = test.macro(async (t, {files = {'pyproject.toml': pyproject}, args, environment, says, code}: Case) => {
	const world = mkdtempSync(join(tmpdir(), 'venvpack-bad-'));
	t.teardown(() => rmSync(world, {recursive: true, force: true}));
	const [here, temporary] = [join(world, 'here'), join(world, 'tmp')];
	for (const folder of [here, temporary, join(here, 'dist')]) {
		mkdirSync(folder);
	}

	for (const [name, text] of Object.entries({...files, 'dist/app_1.0-1_amd64.deb': 'the old one'})) {
		writeFileSync(join(here, name), text);
	}

	const before = await readdir(here, {recursive: true});
	const run = (...more: string[]) =>
		execa(process.execPath, [venvpack, 'build', ...args.split(' ').filter(Boolean), ...more], {
			cwd: here,
			env: {TMPDIR: temporary, CI: '1', ...environment},
			reject: false,
			input: '',
		});
	const said = await run();
	t.is(said.stderr.replaceAll(here, 'HERE'), `${says}\n[${code}: see docs/errors.md]`);
	t.is(said.stdout, '');
	t.is(said.exitCode, 2);

	const json = await run('--json');
	t.is(json.exitCode, 2);
	t.like((JSON.parse(json.stdout) as {error: unknown}).error, {code, exitCode: 2});

	t.deepEqual(await readdir(here, {recursive: true}), before);
	t.is(readFileSync(join(here, 'dist/app_1.0-1_amd64.deb'), 'utf8'), 'the old one');
	t.deepEqual(await readdir(temporary), []);
});

test('an unknown format names the nearest', refuses, {
	args: '--prefix /opt/app --format dep',
	says: 'venvpack: --format is "dep", which is no format\n→ did you mean "deb"?',
	code: 'FORMAT_UNKNOWN',
});
for (const format of ['zip', 'asar']) {
	test(`${format} does not work yet: refused as unknown`, refuses, {
		args: `--prefix /opt/app --format ${format}`,
		says: `venvpack: --format is "${format}", which is no format\n→ known are: deb, rpm, tar.gz, tar.xz, tar.zst, dir`,
		code: 'FORMAT_UNKNOWN',
	});
}

test('a relative prefix', refuses, {
	args: '--prefix opt/app --format deb',
	says: 'venvpack: --prefix is "opt/app", which is no absolute path\n→ begin it with a slash, such as /opt/NAME',
	code: 'PREFIX_RELATIVE',
});
test('a folder of the system as prefix', refuses, {
	args: '--prefix /usr/ --format deb',
	says:
		'venvpack: --prefix is "/usr", a folder of the system\'s own\n' +
		'→ choose a folder that belongs to the application alone, such as /opt/NAME or /usr/lib/NAME',
	code: 'PREFIX_SYSTEM',
});
test('an invalid version', refuses, {
	args: '--prefix /opt/app --version one',
	says:
		'venvpack: --version is "one", which is no version\n' +
		'→ write it by PEP 440, such as 1.2.0, 1.2.0rc1, 1.2.0.post1 or 1.2.0+local',
	code: 'VERSION_INVALID',
});
test('no project', refuses, {
	files: {},
	args: '--prefix /opt/app',
	says:
		'venvpack: HERE has no pyproject.toml and no setup.py: it is no project\n' +
		"→ name the project's folder, or a requirement with --from, such as --from 'httpie==3.2.4'",
	code: 'NO_PROJECT',
});
test('no prefix', refuses, {
	args: '--format deb',
	says:
		'venvpack: no prefix is given: where will the application live?\n' +
		'→ add --prefix /opt/NAME, or the key prefix in venvpack.toml; a PROJECT that is a folder has its venvpack.toml read',
	code: 'PREFIX_MISSING',
});
test('an unknown key names the nearest', refuses, {
	files: {'pyproject.toml': `${pyproject}[tool.venvpack]\nprefx = "/opt/app"\n`},
	args: '',
	says: 'venvpack: HERE/pyproject.toml: tool.venvpack.prefx is no key of venvpack\n→ did you mean "prefix"?',
	code: 'KEY_UNKNOWN',
});
test('a variable that is not set', refuses, {
	files: {'pyproject.toml': pyproject, 'venvpack.toml': `prefix = "/opt/\${NO_SUCH_NAME}"\n`},
	args: '',
	says:
		`venvpack: HERE/venvpack.toml: prefix wants \${NO_SUCH_NAME}, and the environment has no NO_SUCH_NAME\n` +
		`→ set NO_SUCH_NAME, or write $\${NO_SUCH_NAME} if these very characters are meant`,
	code: 'ENVIRONMENT_UNSET',
});
