import {spawn} from 'node:child_process';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const slowLibrary = new URL('../helpers/slow-library.ts', import.meta.url).href;

/** Code that runs before venvpack does, as `node --import` takes it. */
const before = (code: string) => ['--import', `data:text/javascript,${encodeURIComponent(code)}`];

const withSlowLibrary = before(`
	import {registerHooks} from 'node:module';
	registerHooks({
		resolve: (name, context, next) =>
			name.endsWith('/src/index.ts') ? {url: ${JSON.stringify(slowLibrary)}, shortCircuit: true} : next(name, context),
	});
`);

interface Ended {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

function start(nodeFlags: readonly string[], args: readonly string[], environment: Record<string, string> = {}) {
	const child = spawn(process.execPath, [...nodeFlags, main, ...args], {
		env: {...process.env, ...environment},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const written = {stdout: '', stderr: ''};
	const heard = new Map<string, () => void>();
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			written[name] += text;
			for (const [awaited, tell] of heard) {
				if (written.stderr.includes(awaited)) {
					tell();
				}
			}
		});
	}

	return {
		child,
		/** Until stderr holds the text. */
		says: (text: string) => new Promise<void>(resolve => heard.set(text, resolve)),
		ended: new Promise<Ended>(resolve => {
			child.once('close', (code, signal) => resolve({code, signal, ...written}));
		}),
	};
}

test('--version prints the version and loads nothing but Node’s own modules', async t => {
	const log = before(`
		import {registerHooks} from 'node:module';
		registerHooks({resolve: (name, context, next) => {
			const found = next(name, context);
			process.stderr.write(found.url + '\\n');
			return found;
		}});
	`);
	const {code, stdout, stderr} = await start(log, ['--version']).ended;
	t.is(code, 0);
	t.regex(stdout, /^\d+\.\d+\.\d+\n$/);
	t.deepEqual(
		stderr.split('\n').filter(url => url !== '' && !url.startsWith('node:') && !url.endsWith('/cli/main.ts')),
		[],
	);
});

const onOldNode = before(`
	Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.20.2'}});
`);

test('an old Node: --version and --help answer', async t => {
	t.is((await start(onOldNode, ['--version']).ended).code, 0);
	const help = await start(onOldNode, ['build', '--help']).ended;
	t.is(help.code, 0);
	t.regex(help.stdout, /^Usage: venvpack build/);
});

test('an old Node: every other command says which one it needs, exit code 3', async t => {
	const {code, stdout, stderr} = await start(onOldNode, ['build', '--json']).ended;
	t.is(code, 3);
	t.regex(stderr, /^venvpack: Node 22\.20 or later is needed, and this is Node 20\.20\.2\n→ .*\n\[NODE_TOO_OLD/);
	t.like(JSON.parse(stdout), {error: {code: 'NODE_TOO_OLD', exitCode: 3}});
});

for (const [signal, exitCode] of [
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const) {
	test(`${signal}: things are put away, exit code ${exitCode}`, async t => {
		const run = start(withSlowLibrary, ['build', '--json']);
		await run.says('✔ plan');
		run.child.kill(signal);
		const {code, stdout, stderr} = await run.ended;
		t.is(code, exitCode);
		t.regex(stderr, new RegExp(`puts away\nvenvpack: stopped by ${signal}; nothing half-made is left\n`));
		t.like(JSON.parse(stdout), {error: {code: 'INTERRUPTED', exitCode}});
	});
}

test('a second signal ends at once', async t => {
	const run = start(withSlowLibrary, ['build'], {SLOW_TO_STOP: '1'});
	await run.says('✔ plan');
	run.child.kill('SIGINT');
	await run.says('puts away');
	await sleep(700);
	run.child.kill('SIGINT');
	t.is((await run.ended).signal, 'SIGINT');
});

test('npm passes Ctrl-C on once more: that is no second one', async t => {
	const run = start(withSlowLibrary, ['build']);
	await run.says('✔ plan');
	run.child.kill('SIGINT');
	run.child.kill('SIGINT');
	t.is((await run.ended).code, 130);
});

test('an error that no one awaited: exit code 70, no stack', async t => {
	const {code, stderr} = await start(withSlowLibrary, ['build'], {CRASH: '1'}).ended;
	t.is(code, 70);
	t.regex(stderr, /venvpack: this is a fault of venvpack itself: nobody awaited this\n/);
	t.notRegex(stderr, /\n\s+at /);
});

test('a reader that goes away, such as head, is no error', async t => {
	const run = start(withSlowLibrary, ['explain']);
	run.child.stdout.once('data', () => run.child.stdout.destroy());
	const {code, stderr} = await run.ended;
	t.is(stderr, '');
	t.is(code, 0);
});
