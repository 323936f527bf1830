import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {execa} from 'execa';
import {builder, type Place, place, type Said, withBuilder} from '../helpers/built.ts';
import {type SourceProject, sourceProject} from '../helpers/source-project.ts';
import {programWheel} from '../helpers/wheel.ts';

// Sources whose build fails, as the project, as an sdist, as what another needs: the backend's own words, exit code 2, the
// artifact of before untouched, nothing left behind.

const test = await withBuilder('tar');
const flags = ['--prefix', '/opt/app', '--format', 'tar.gz', '--python', builder?.path ?? '', '--offline', '--quiet'];

/** Writes an sdist into a folder of the place and returns its path. */
async function sdist(at: Place, options: SourceProject): Promise<string> {
	const files = {...sourceProject(options), 'PKG-INFO': 'Metadata-Version: 2.1\nName: app\nVersion: 1.0\n'};
	for (const [name, text] of Object.entries(files)) {
		const path = join(at.here, 'app-1.0', name);
		mkdirSync(dirname(path), {recursive: true});
		writeFileSync(path, text);
	}

	mkdirSync(join(at.here, 'links'));
	await execa('tar', ['-C', at.here, '-czf', join(at.here, 'links/app-1.0.tar.gz'), 'app-1.0']);
	return 'links/app-1.0.tar.gz';
}

interface Refusal {
	readonly says: RegExp;
	readonly code: string;
}

/** Builds, is refused, and has lost nothing. */
async function refused(t: ExecutionContext, at: Place, args: readonly string[], {says, code}: Refusal): Promise<Said> {
	at.write('dist/app-1.0-py3-none-any.tar.gz', 'the old one');
	const before = at.look();
	const said = await at.run(['build', ...args, ...flags]);
	t.regex(said.stderr, says);
	t.true(said.stderr.endsWith(`\n[${code}: see docs/errors.md]\n`), said.stderr);
	t.is(said.code, 2);
	t.deepEqual(at.look(), before);
	t.deepEqual(readdirSync(at.tmp), []);
	t.deepEqual(at.children(), []);
	return said;
}

const failing = {instead: 'print("cc: command not found")\nraise SystemExit("the compiler is missing")'};
const failed: Refusal = {
	says: /^venvpack: app 1\.0 cannot be built: its backend failed in build_wheel:\n(?:.*\n)*.*cc: command not found\n(?:.*\n)*.*the compiler is missing\n→ read what the backend says above/,
	code: 'BUILD_FAILED',
};

test('an sdist whose build fails', async t => {
	const at = await place(t);
	await refused(t, at, [await sdist(at, failing)], failed);
});

test('a dependency that comes as an sdist whose build fails', async t => {
	const at = await place(t);
	await sdist(at, failing);
	const {name, bytes} = programWheel({name: 'good', metadata: ['Requires-Dist: app']});
	at.write(`links/${name}`, bytes);
	await refused(t, at, ['--from', 'good', '--find-links', 'links'], failed);
});

test('a backend that ends without a word', async t => {
	const at = await place(t);
	await refused(t, at, [await sdist(at, {instead: 'import os\nos._exit(9)'})], {
		says: /^venvpack: app 1\.0 cannot be built: its backend failed in build_wheel/,
		code: 'BUILD_FAILED',
	});
});

test('a backend that promises a wheel and makes none', async t => {
	const at = await place(t);
	await refused(t, at, [await sdist(at, {instead: 'return "app-1.0-py3-none-any.whl"'})], {
		says: /^venvpack: app 1\.0 cannot be built: its backend failed in build_wheel:\nthe backend backend says that it made app-1\.0-py3-none-any\.whl, which is not there\n/,
		code: 'BUILD_FAILED',
	});
});

test('a backend that makes no wheel of it', async t => {
	const at = await place(t);
	const lines = 'open(folder + "/app-1.0-py3-none-any.whl", "w").close()\nreturn "app-1.0-py3-none-any.whl"';
	await refused(t, at, [await sdist(at, {instead: lines})], {
		says: /^venvpack: app-1\.0-py3-none-any\.whl: it is no readable zip archive .*\n→ download or build it again/,
		code: 'WHEEL_UNREADABLE',
	});
});

test('what the build needs is nowhere', async t => {
	const at = await place(t);
	for (const [name, text] of Object.entries(sourceProject())) {
		at.write(name, text.replace('requires = []', 'requires = ["no-such-backend>=7"]'));
	}

	await refused(t, at, [], {
		says: /^venvpack: what HERE needs to be built \(no-such-backend>=7\) cannot be installed:\n(?:.*\n)*.*no-such-backend(?:.*\n)*→ read what the tool says above/,
		code: 'BUILD_REQUIREMENTS',
	});
});

test('an sdist that is no archive', async t => {
	const at = await place(t);
	at.write('app-1.0.tar.gz', 'not found');
	await refused(t, at, ['app-1.0.tar.gz'], {
		says: /^venvpack: resolving what to install with uv failed:\n(?:.*\n)*.*app-1\.0\.tar\.gz/,
		code: 'RESOLVE_FAILED',
	});
});
