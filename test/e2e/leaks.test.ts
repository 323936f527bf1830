import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {builder, type Place, place, withBuilder} from '../helpers/built.ts';
import {sourceProject} from '../helpers/source-project.ts';

// What a hook leaves in the tree and no rule can mend: the build fails, says where, and makes nothing; unless the user knows
// the file, and then the manifest says so.

const test = await withBuilder('tar');

const args = ['build', '--offline', '--prefix', '/opt/app', '--python', builder?.path ?? '', '--format', 'tar.gz'];
const tarball = 'app-1.0-py3-none-any.tar.gz';

/** A project whose hook runs `script` under sh, in the staged venv. */
async function project(t: ExecutionContext, script: string): Promise<Place> {
	const at = await place(t);
	const tables = `[[tool.venvpack.hooks]]\ncommand = ["sh", "-c", ${JSON.stringify(script)}]\n`;
	for (const [name, text] of Object.entries(sourceProject({tables}))) {
		at.write(name, text);
	}

	return at;
}

/** Binary, so that no rule rewrites it. */
const binary = `printf '\\0\\001%s\\0' "$VIRTUAL_ENV" > state.bin`;

test('the stage in a binary file fails the build', async t => {
	const at = await project(t, binary);
	at.write(`dist/${tarball}`, 'the old one');
	const said = await at.run([...args, '--json']);
	t.is(said.code, 1, said.stderr);
	const {error} = JSON.parse(said.stdout) as {error: {code: string; findings: Array<Record<string, unknown>>}};
	t.is(error.code, 'LEAK_FOUND');
	t.like(error.findings, {length: 1, 0: {code: 'LEAK_STAGE', path: '/opt/app/state.bin', offset: 2}});
	t.deepEqual(at.look('dist'), {[tarball]: 'the old one'});
	t.deepEqual(readdirSync(at.tmp), []);
});

test('a file that the user knows passes, and the manifest says so', async t => {
	const at = await project(t, binary);
	const said = await at.run([...args, '--allow-leak', '*.bin']);
	t.is(said.code, 0, said.stderr);
	const packed = execFileSync('tar', ['-xOf', join(at.here, 'dist', tarball), 'opt/app/venvpack.json'], {
		encoding: 'utf8',
	});
	t.deepEqual((JSON.parse(packed) as {allowedLeaks: string[]}).allowedLeaks, ['*.bin']);
});

test('a password of netrc fails the build, and is not repeated', async t => {
	const at = await project(t, `echo 'token = S3cr3t-of-ada' > settings.ini`);
	const NETRC = at.write('netrc', 'machine git.example.org login ada password S3cr3t-of-ada\n');
	const said = await at.run(args, {environment: {NETRC}});
	t.is(said.code, 1, said.stderr);
	t.regex(said.stderr, /\/opt\/app\/settings\.ini, byte 8: holds credentials .*LEAK_CREDENTIALS/);
	t.notRegex(said.stderr + said.stdout, /S3cr3t/);
});
