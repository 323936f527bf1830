import test from 'ava';
import {Interruption} from '../../cli/interrupt.ts';
import {ConfigError, FindingsError, HostError, InputError} from '../../src/model/errors.ts';
import type {Event} from '../../src/model/events.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {BuildResult} from '../../src/model/result.ts';
import {helloResult, say} from '../helpers/command-line.ts';

const events: readonly Event[] = [
	{kind: 'stage-start', stage: 'resolve', what: 'the requirements'},
	{kind: 'output', tool: 'uv', line: 'Resolved 59 packages\u001B[2J\u0007'},
	{kind: 'progress', stage: 'resolve', done: 59, total: 59, unit: 'distributions'},
	{kind: 'stage-end', stage: 'resolve', seconds: 1.2},
	{kind: 'note', message: 'the trailing slash of --prefix was dropped'},
	{kind: 'warning', code: 'NO_MAINTAINER', message: 'the project names no author'},
	{kind: 'stage-start', stage: 'pack', what: 'writing'},
	{kind: 'stage-end', stage: 'pack', seconds: 75},
];

/** A library whose build tells those events, then gives the result or fails. */
function building(outcome: BuildResult | Error) {
	return {
		build: (_request: unknown, context: {listener: (event: Event) => void}) => {
			for (const event of events) {
				context.listener(event);
			}

			return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
		},
	};
}

const plainLines = `✔ resolve   59 distributions, 1.2 s
✔ pack      1 min 15 s
`;
const remarks = `warning: the project names no author [NO_MAINTAINER]
note: the trailing slash of --prefix was dropped
`;

test('a build in a log: one plain line a stage, remarks last, the summary on stdout', async t => {
	const said = await say('build', {library: building(helloResult)});
	t.is(said.code, 0);
	t.is(said.stderr, plainLines + remarks);
	t.is(
		said.stdout,
		`
hello 1.0.0-1 at /opt/hello (x86_64)
  1 distribution, 1,234 files, 14.2 MB

  dist/hello_1.0.0-1_amd64.deb               512.3 kB  for debian-12
  my dist/hello-1.0.0-1.x86_64.rpm             1.5 MB  for el9
  my dist/hello-1.0.0-1.x86_64.rpmlint.toml     321 B  beside it
  /srv/out/hello-1.0.0-linux-x86_64.tar.zst     999 B  for debian-12

needs     Python 3.11 at /usr/bin/python3.11, 3.11.2 or later
commands  /opt/hello/bin/hello-client
          /opt/hello/bin/hello-server
install   sudo apt install ./dist/hello_1.0.0-1_amd64.deb
          sudo dnf install './my dist/hello-1.0.0-1.x86_64.rpm'
          sudo tar -C / -xpf /srv/out/hello-1.0.0-linux-x86_64.tar.zst
`,
	);
});

test('an interpreter inside is what a package carries, and no need; what may lie anywhere is unpacked here', async t => {
	const sized = (files: number, bytes: number) => ({files, bytes});
	const layout = {relocatable: true, bundle: {libraries: true, keep: []}};
	const left = {tests: sized(1000, 30_000_000), headers: sized(200, 2_000_000)};
	const carrying: BuildResult = {
		...helloResult,
		plan: {...helloResult.plan, input: {...helloResult.plan.input, layout}},
		bundle: {whole: sized(2000, 62_000_000), kept: sized(800, 30_000_000), left, libraries: sized(20, 10_000_000)},
	};
	const said = await say('build', {library: building(carrying)});
	t.true(
		said.stdout.includes(`
carries   Python 3.11.7: 800 files, 30.0 MB, without bytecode
          of 2,000 files, 62.0 MB; left out: tests, headers
          its shared libraries: 20 files, 10.0 MB
commands  `),
		said.stdout,
	);
	t.true(said.stdout.includes('tar -xf /srv/out/hello-1.0.0-linux-x86_64.tar.zst\n'));
	t.deepEqual(JSON.parse((await say('build --json', {library: building(carrying)})).stdout).bundle, carrying.bundle);
});

test('--verbose: what the tools print, without what would steer the terminal; timings', async t => {
	const said = await say('build --verbose', {library: building(helloResult)});
	t.true(said.stderr.includes('  uv: Resolved 59 packages\\x07\n'));
	t.true(said.stdout.includes('timings   plan 0.1 s, resolve 1.3 s, pack 1 min 15 s\n'));
});

test('--quiet: nothing but errors', async t => {
	const said = await say('build --quiet', {library: building(helloResult)});
	t.deepEqual(said, {code: 0, stdout: '', stderr: '', left: undefined});
	const failed = await say('build --quiet', {library: building(new InputError('no', {code: 'NO', input: 'x'}))});
	t.is(failed.stderr, 'venvpack: no\n[NO: see docs/errors.md]\n');
});

test('on a terminal: colours, and a line drawn over', async t => {
	const said = await say('build', {library: building(helloResult), terminal: true});
	t.true(said.stderr.includes('\r\u001B[K\u001B[32m✔\u001B[39m resolve   59 distributions, 1.2 s\n'));
	t.true(said.stdout.includes('\u001B[1mhello 1.0.0-1\u001B[22m'));
});

test('NO_COLOR: no colours on a terminal', async t => {
	const said = await say('build', {library: building(helloResult), terminal: true, environment: {NO_COLOR: '1'}});
	t.notRegex(said.stdout + said.stderr, /\[\d+m/);
});

test('in CI: no line is drawn over, even on a terminal', async t => {
	const said = await say('build', {
		library: building(helloResult),
		terminal: true,
		environment: {CI: 'true', NO_COLOR: '1'},
	});
	t.is(said.stderr, plainLines + remarks);
});

test('a live line is never wider than the terminal', async t => {
	const what = 'x'.repeat(200);
	const said = await say('build', {
		terminal: true,
		columns: 40,
		environment: {NO_COLOR: '1'},
		library: {
			build: (_request, context) => {
				context.listener({kind: 'stage-start', stage: 'install', what});
				context.listener({kind: 'output', tool: 'uv', line: 'shown by --verbose only'});
				context.listener({kind: 'stage-end', stage: 'plan', seconds: 0});
				return Promise.resolve(helloResult);
			},
		},
	});
	const drawn = said.stderr.split('\r\u001B[K').filter(line => line.includes('xxx'));
	t.true(drawn.length > 0);
	t.true(drawn.every(line => [...line].length < 40));
});

test('--json: one document on stdout, messages on stderr, no address of an index', async t => {
	const said = await say('build --json', {library: building(helloResult)});
	const document: unknown = JSON.parse(said.stdout);
	t.like(document, {
		artifacts: [{format: 'deb', size: 512_345, target: 'debian-12'}, {format: 'rpm'}, {format: 'tar.zst'}],
		tree: 'd'.repeat(64),
		findings: [],
		timings: {plan: 0.1, resolve: 1.25, pack: 75},
		name: 'hello',
		prefix: '/opt/hello',
		notes: ['the trailing slash of --prefix was dropped'],
		warnings: [{code: 'NO_MAINTAINER', message: 'the project names no author'}],
	});
	t.is(said.stderr, plainLines + remarks);
	t.false(said.stdout.includes('s3cret'));
	t.false(said.stdout.includes('/home/ann'));
});

const toolFailed = new HostError('uv failed while resolving the requirements (exit code 1)', {
	code: 'TOOL_FAILED',
	hint: 'see whether the name is right',
	command: '/usr/bin/uv',
	output: '  × No solution found\n  ╰─▶ because \u001B[31mhttpi\u001B[39m was not found',
});

test('a tool that failed: what, all that it said, what next, the code', async t => {
	const said = await say('build', {library: building(toolFailed)});
	t.is(said.code, 3);
	t.is(said.left, 3);
	t.is(said.stdout, '');
	t.is(
		said.stderr,
		`${plainLines}${remarks}venvpack: uv failed while resolving the requirements (exit code 1)
  │   × No solution found
  │   ╰─▶ because httpi was not found
→ see whether the name is right
[TOOL_FAILED: see docs/errors.md]
`,
	);
});

test('an error with --json: its own fields, and the same message on stderr', async t => {
	const error = new ConfigError('venvpack.toml: prefix is "opt"', {
		code: 'PREFIX_RELATIVE',
		hint: 'write /opt/NAME',
		file: hostPath('/src/project/venvpack.toml'),
		key: 'prefix',
	});
	const said = await say('build --json', {library: building(error)});
	t.is(said.code, 2);
	t.deepEqual((JSON.parse(said.stdout) as {error: unknown}).error, {
		code: 'PREFIX_RELATIVE',
		message: 'venvpack.toml: prefix is "opt"',
		hint: 'write /opt/NAME',
		exitCode: 2,
		file: '/src/project/venvpack.toml',
		key: 'prefix',
	});
	t.true(said.stderr.endsWith('→ write /opt/NAME\n[PREFIX_RELATIVE: see docs/errors.md]\n'));
});

test('findings: the first ten with place and remedy, exit code 1', async t => {
	const findings = Array.from({length: 12}, (_, at) => ({
		code: 'LEAK_STAGE',
		severity: 'error' as const,
		path: installPath(`/opt/hello/lib/${at}.so`),
		offset: at,
		message: 'holds the stage',
		why: 'it is absent there',
		remedy: 'build it with a prefix map',
	}));
	const said = await say('build', {
		library: building(new FindingsError('12 files know the builder', {code: 'LEAKS', findings})),
	});
	t.is(said.code, 1);
	t.true(
		said.stderr.includes(
			'  /opt/hello/lib/9.so, byte 9: holds the stage [LEAK_STAGE]\n    → build it with a prefix map\n  and 2 more; --json has all of them\n',
		),
	);
	const json = await say('build --json', {library: building(new FindingsError('x', {code: 'LEAKS', findings}))});
	t.is((JSON.parse(json.stdout) as {error: {findings: unknown[]}}).error.findings.length, 12);
});

test('a fault of our own: exit code 70, the stack only with --verbose', async t => {
	const said = await say('build', {library: building(new TypeError('x is not a function'))});
	t.is(said.code, 70);
	t.true(
		said.stderr.endsWith(
			'venvpack: this is a fault of venvpack itself: x is not a function\n' +
				'→ please report it, with what the same command prints with --verbose\n[INTERNAL: see docs/errors.md]\n',
		),
	);
	t.regex((await say('build --verbose', {library: building(new TypeError('y'))})).stderr, /report\.test\.ts/);
});

test('a refusal of the system that nobody put in words: exit code 3, no stack', async t => {
	const error = Object.assign(new Error("EACCES: permission denied, open '/x'"), {syscall: 'open', code: 'EACCES'});
	const said = await say('build', {library: building(error)});
	t.is(said.code, 3);
	t.true(said.stderr.includes("venvpack: EACCES: permission denied, open '/x'\n"));
	t.notRegex(said.stderr, /\n\s+at /);
});

test('a file name cannot steer the terminal', async t => {
	const error = new InputError('bad name: a\u001B[2J\u009Bb\rc', {code: 'BAD', input: 'x'});
	const said = await say('build', {library: building(error)});
	t.notRegex(said.stderr.replaceAll('\n', ''), /\p{Cc}/u);
});

test('an interruption: the library puts things away, then the message, then the process is left', async t => {
	const order: string[] = [];
	const said = await say('build --json', {
		broken: Promise.reject(new Interruption('SIGTERM')),
		library: {
			build: () => new Promise(() => undefined),
			interrupt: () => {
				order.push('interrupted');
				return Promise.resolve();
			},
		},
	});
	t.deepEqual(order, ['interrupted']);
	t.is(said.code, 143);
	t.is(said.left, 143);
	t.like((JSON.parse(said.stdout) as {error: unknown}).error, {code: 'INTERRUPTED', exitCode: 143});
	t.is(said.stderr, 'venvpack: stopped by SIGTERM; nothing half-made is left\n[INTERRUPTED: see docs/errors.md]\n');
});
