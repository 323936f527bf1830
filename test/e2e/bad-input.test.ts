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
	/** Between spaces; a space in one, and other odd characters, as in a URL. */
	readonly args: string;
	readonly environment?: Readonly<Record<string, string>>;
	/** All of stderr but its last line; HERE stands for the folder. What depends on the machine is looked at for words. */
	readonly says: string | RegExp;
	readonly code: string;
	/** 3 where the machine is at fault; default: 2, what the user can mend. */
	readonly exitCode?: number;
}

const refuses = test.macro(async (t, given: Case) => {
	const {files = {'pyproject.toml': pyproject}, args, environment, says, code, exitCode = 2} = given;
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
		execa(process.execPath, [venvpack, 'build', ...args.split(' ').filter(Boolean).map(decodeURI), ...more], {
			cwd: here,
			env: {TMPDIR: temporary, CI: '1', ...environment},
			reject: false,
			input: '',
		});
	const said = await run();
	const stderr = said.stderr.replaceAll(here, 'HERE');
	if (typeof says === 'string') {
		t.is(stderr, `${says}\n[${code}: see docs/errors.md]`);
	} else {
		t.regex(stderr, says);
		t.true(stderr.endsWith(`\n[${code}: see docs/errors.md]`), stderr);
	}

	t.is(said.stdout, '');
	t.is(said.exitCode, exitCode);

	const json = await run('--json');
	t.is(json.exitCode, exitCode);
	t.like((JSON.parse(json.stdout) as {error: unknown}).error, {code, exitCode});

	t.deepEqual(await readdir(here, {recursive: true}), before);
	t.is(readFileSync(join(here, 'dist/app_1.0-1_amd64.deb'), 'utf8'), 'the old one');
	t.deepEqual(await readdir(temporary), []);
});

test('an unknown format names the nearest', refuses, {
	args: '--prefix /opt/app --format dep',
	says: 'venvpack: --format is "dep", which is no format\n→ did you mean "deb"?',
	code: 'FORMAT_UNKNOWN',
});
for (const format of ['apk', 'oci']) {
	test(`${format} does not work yet: refused as unknown`, refuses, {
		args: `--prefix /opt/app --format ${format}`,
		says: `venvpack: --format is "${format}", which is no format\n→ known are: deb, rpm, tar.gz, tar.xz, tar.zst, zip, asar, dir`,
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
for (const [prefix, shown] of [
	['/', '/'],
	['/etc/app', '/etc/app'],
	['/usr/lib/python3/', '/usr/lib/python3'],
	['//opt//', '/opt'],
]) {
	test(`${prefix} as prefix`, refuses, {
		args: `--prefix ${prefix} --format deb`,
		says:
			`venvpack: --prefix is "${shown}", a folder of the system's own\n` +
			'→ choose a folder that belongs to the application alone, such as /opt/NAME or /usr/lib/NAME',
		code: 'PREFIX_SYSTEM',
	});
}

test('".." in the prefix', refuses, {
	args: '--prefix /opt/app/../other',
	says: 'venvpack: --prefix is "/opt/app/../other", which holds ".."\n→ write the path that is meant, without ".."',
	code: 'PREFIX_PARENT',
});
test('a control character in the prefix', refuses, {
	args: '--prefix /opt/a%0Ab',
	says:
		'venvpack: --prefix is "/opt/a\\nb", which holds a control character or is no UTF-8\n' +
		'→ use letters, digits and punctuation',
	code: 'PREFIX_CHARACTER',
});
test('a component over 255 bytes in the prefix', refuses, {
	args: `--prefix /opt/${'é'.repeat(128)}`,
	says: /^venvpack: --prefix is "\/opt\/é+…, with a component of 256 bytes: Linux holds 255\n→ choose a shorter path, such as \/opt\/NAME\n/,
	code: 'PREFIX_TOO_LONG',
});
test('an invalid name', refuses, {
	args: '--prefix /opt/app --name My%20App',
	says:
		'venvpack: --name is "My App", which is no package name\n' +
		'→ two or more lower-case letters, digits, "+", "-", ".", such as "my-app"',
	code: 'NAME_INVALID',
});
test('a misspelt flag', refuses, {
	args: '--prefix /opt/app --formt deb',
	says: "venvpack: unknown option '--formt'\n→ did you mean --format?",
	code: 'UNKNOWN_FLAG',
});
test('an interpreter that is not there', refuses, {
	args: '--prefix /opt/app --python /nowhere/python3',
	says:
		'venvpack: /nowhere/python3 is no Python interpreter that can be started\n' +
		'→ give --python the path of a program such as /usr/bin/python3.11, or a minor such as 3.11',
	code: 'INTERPRETER_MISSING',
	exitCode: 3,
});
test('a minor that is not there', refuses, {
	args: '--prefix /opt/app --python 3.99',
	says: /^venvpack: no interpreter for Python 3\.99 on this machine; looked in .*\n→ install it .*, or name it with --python PATH\n/,
	code: 'INTERPRETER_MISSING',
	exitCode: 3,
});
test('a program that is no interpreter', refuses, {
	args: '--prefix /opt/app --python /bin/ls',
	says:
		'venvpack: /bin/ls is no Python interpreter that can be started\n' +
		'→ give --python the path of a program such as /usr/bin/python3.11, or a minor such as 3.11',
	code: 'INTERPRETER_MISSING',
	exitCode: 3,
});
test('a file that is no input', refuses, {
	args: 'pyproject.toml --prefix /opt/app',
	says: 'venvpack: HERE/pyproject.toml is neither a folder nor a wheel nor an sdist\n→ name its folder',
	code: 'INPUT_UNKNOWN',
});
test('a project that is not there', refuses, {
	args: 'src/nowhere --prefix /opt/app',
	says: 'venvpack: HERE/src/nowhere does not exist\n→ the nearest folder that does is HERE',
	code: 'NO_PROJECT',
});
test('a pyproject.toml that is no TOML', refuses, {
	files: {'pyproject.toml': '[project\n'},
	args: '--prefix /opt/app',
	says: 'venvpack: HERE/pyproject.toml, line 1, column 9: illegal character in key\n→ mend this line: [project',
	code: 'TOML_SYNTAX',
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

for (const from of ['a%20b', '', '--editable', '=='] as const) {
	test(`"${from}" as a requirement`, refuses, {
		args: `--prefix /opt/app --from=${from}`,
		says:
			`venvpack: --from is "${decodeURI(from)}", which is no requirement\n` +
			"→ write it by PEP 508, such as 'httpie==3.2.4' or 'httpie[socks]>=3'; a file of requirements goes to -r",
		code: 'REQUIREMENT_INVALID',
	});
}
