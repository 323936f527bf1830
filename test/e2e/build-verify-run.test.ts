import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ava from 'ava';
import {execa} from 'execa';
import fs from 'fs-extra';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// `build --verify-run`: nothing has its name before everything in it ran with the builder hidden.

const folder = mkdtempSync(join(tmpdir(), 'venvpack-build-verify-run-'));
ava.after.always(() => rmSync(folder, {recursive: true, force: true}));

const python = pythonOf('3.11', 'system');
const test = python ? withTools('unshare', 'setpriv', 'root') : withReason('python3.11');
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const example = fileURLToPath(new URL('../../examples/hello', import.meta.url));

interface Built {
	readonly code: number | undefined;
	readonly output: string;
	/** What has its name in the output folder. */
	readonly made: readonly string[];
}

async function built(
	project: string,
	flags: readonly string[],
	out = mkdtempSync(join(folder, 'out-')),
): Promise<Built> {
	const args = [
		main,
		'build',
		project,
		'--python',
		python?.path ?? '',
		'--target',
		'debian-12',
		'--out',
		out,
		...flags,
	];
	const {exitCode, all} = await execa(process.execPath, args, {reject: false, all: true});
	return {code: exitCode, output: all, made: existsSync(out) ? readdirSync(out).sort() : []};
}

/** The example, with a hook that does this to its venv. */
function hooked(name: string, shell: string): string {
	const project = join(folder, name);
	fs.copySync(example, project, {filter: file => !file.endsWith('/dist')});
	const settings = join(project, 'pyproject.toml');
	const hook = `\n[[tool.venvpack.hooks]]\ncommand = ["sh", "-c", ${JSON.stringify(shell)}]\n`;
	writeFileSync(settings, readFileSync(settings, 'utf8') + hook);
	return project;
}

test.serial('the example runs, once for all formats that hold its tree, and gets its names', async t => {
	const {code, output, made} = await built(example, ['--format', 'deb,rpm,tar.zst', '--verify-run']);
	t.is(code, 0, output);
	t.is(output.match(/imported \d modules and started 3 scripts with \/usr\/bin\/python3\.11/g)?.length, 1, output);
	t.is(made.filter(name => /\.(?:deb|rpm|zst)$/.test(name)).length, 3);
	for (const format of ['rpm', 'tar.zst']) {
		t.true(output.includes(`${format} holds the same tree as deb: what it holds is not started again`), output);
	}
});

for (const [name, what] of [
	['its distribution', 'lib/python3.11/site-packages/waitress*'],
	['its modules alone', 'lib/python3.11/site-packages/waitress'],
] as const) {
	test.serial(`a console script that imports what lies in the stage alone is not published: ${name}`, async t => {
		const project = hooked(
			name.replaceAll(' ', '-'),
			`mkdir "$VENVPACK_STAGE/aside" && mv ${what} "$VENVPACK_STAGE/aside"`,
		);
		const out = join(folder, `kept ${name}`);
		mkdirSync(out);
		writeFileSync(join(out, 'hello_1.0.0-1_amd64.deb'), 'the old one');
		const {code, output, made} = await built(project, ['--format', 'deb', '--verify-run'], out);
		t.is(code, 1, output);
		t.regex(output, /hello_1\.0\.0-1_amd64\.deb would not be right: verify finds \d in it/);
		t.regex(output, /\/opt\/hello\/bin\/hello-server: --help: exit code 1[\s\S]*No module named 'waitress'/);
		t.regex(output, /RUN_SCRIPT_FAILED[\s\S]*VERIFY_FAILED/);
		t.deepEqual(made, ['hello_1.0.0-1_amd64.deb']);
		t.is(readFileSync(join(out, 'hello_1.0.0-1_amd64.deb'), 'utf8'), 'the old one');
		const read = await built(project, ['--format', 'deb', '--verify']);
		t.is(read.code, 0, 'reading alone does not see it');
	});
}

test.serial('what cannot be proven here is not published, and the message says what to do', async t => {
	const flags = ['--format', 'deb', '--target-python', '/home/app/python/bin/python3.11'];
	const {code, output, made} = await built(example, [...flags, '--verify-run']);
	t.is(code, 3, output);
	t.regex(
		output,
		/hello_1\.0\.0-1_amd64\.deb is not published, because not all could be proven here: run-interpreter, run-imports, run-scripts, run-writes: this machine has no \/home\/app\/python\/bin\/python3\.11/,
	);
	t.regex(output, /--verify alone[\s\S]*VERIFY_UNPROVEN/);
	t.deepEqual(made, []);
	const read = await built(example, [...flags, '--verify']);
	t.is(read.code, 0, read.output);
	t.deepEqual(read.made, ['hello_1.0.0-1_amd64.deb', 'hello_1.0.0-1_amd64.deb.cdx.json']);
});
