import {run, type World} from '../../cli/program.ts';
import * as errors from '../../src/model/errors.ts';
import {fixedLayout} from '../../src/model/layout.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {nothingBeside} from '../../src/model/plan.ts';
import type {BuildResult} from '../../src/model/result.ts';

type Face = Awaited<ReturnType<World['load']>>;

export interface Said {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	/** The exit code with which the process was left behind, if it was. */
	readonly left: number | undefined;
}

interface Surroundings {
	/** What the library does; everything else of it fails the command. */
	readonly library?: Partial<Face>;
	/** Whether both streams are terminals. */
	readonly terminal?: boolean;
	readonly environment?: Readonly<Record<string, string>>;
	readonly columns?: number;
	/** Ends the command from outside when it rejects. */
	readonly broken?: Promise<never>;
}

/** Runs a command line as `venvpack` would, in /src/project, with a library of the test's own. */
export async function say(line: string | readonly string[], around: Surroundings = {}): Promise<Said> {
	const written = {stdout: '', stderr: ''};
	let left: number | undefined;
	const stream = (name: keyof typeof written) => ({
		isTTY: around.terminal ?? false,
		columns: around.columns ?? 80,
		write: (text: string | Uint8Array, done?: () => void) => {
			written[name] += Buffer.from(text).toString();
			done?.();
		},
	});
	const args = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
	const code = await run(args, '9.9.9', {
		stdout: stream('stdout'),
		stderr: stream('stderr'),
		environment: {TERM: 'xterm', ...around.environment},
		cwd: '/src/project',
		load: () => Promise.resolve({...nothing, ...around.library}),
		watch: () => ({broken: around.broken ?? new Promise<never>(() => undefined), end: () => undefined}),
		leave: exitCode => {
			left = exitCode;
		},
	});
	return {code, ...written, left};
}

const unexpected = () => Promise.reject(new Error('the test did not expect this call'));

const nothing: Face = {
	...errors,
	hostPath,
	installPath,
	verify: unexpected,
	relocateVenv: unexpected,
	listQuestions: () => Promise.resolve([]),
	sarif: () => '',
	writeSarif: unexpected,
	build: unexpected,
	diff: unexpected,
	extract: unexpected,
	reproduce: unexpected,
	sign: unexpected,
	explain: unexpected,
	init: unexpected,
	inspect: unexpected,
	interrupt: () => Promise.resolve(),
};

const python = {
	builder: hostPath('/home/ann/.pyenv/versions/3.11.7/bin/python3.11'),
	builderPrefix: hostPath('/home/ann/.pyenv/versions/3.11.7'),
	target: installPath('/usr/bin/python3.11'),
	minor: '3.11',
	version: '3.11.7',
};

/** What a build of a small service gives. */
export const helloResult: BuildResult = {
	artifacts: [
		{
			path: hostPath('/src/project/dist/hello_1.0.0-1_amd64.deb'),
			format: 'deb',
			target: 'debian-12',
			size: 512_345,
			sha256: 'a'.repeat(64),
			companions: [],
		},
		{
			path: hostPath('/src/project/my dist/hello-1.0.0-1.x86_64.rpm'),
			format: 'rpm',
			target: 'el9',
			size: 1_500_000,
			sha256: 'b'.repeat(64),
			companions: [
				{
					path: hostPath('/src/project/my dist/hello-1.0.0-1.x86_64.rpmlint.toml'),
					size: 321,
					sha256: 'e'.repeat(64),
				},
			],
		},
		{
			path: hostPath('/srv/out/hello-1.0.0-linux-x86_64.tar.zst'),
			format: 'tar.zst',
			target: 'debian-12',
			size: 999,
			sha256: 'c'.repeat(64),
			companions: [],
		},
	],
	tree: 'd'.repeat(64),
	findings: [],
	timings: {plan: 0.1, resolve: 1.25, pack: 75},
	plan: {
		input: {
			input: {kind: 'project', directory: hostPath('/src/project'), lock: undefined},
			from: [],
			requirements: [],
			constraints: [],
			extras: [],
			groups: [],
			indexes: {indexUrl: 'https://ann:s3cret@index.example/simple', extraIndexUrls: [], findLinks: []},
			requireHashes: false,
			offline: false,
			python,
			layout: fixedLayout,
			targetVersion: '3.11.2',
			hooks: [],
			machine: 'x86_64',
		},
		metadata: {
			name: 'hello',
			version: '1.0.0',
			release: '1',
			summary: 'A small web service that greets',
			description: '',
			license: 'MIT',
			maintainer: 'Ann <ann@example.org>',
			vendor: '',
			homepage: '',
		},
		prefix: installPath('/opt/hello'),
		formats: [],
		out: hostPath('/src/project/dist'),
		arch: 'auto',
		epoch: 1_700_000_000,
		allowLeaks: [],
		keepStage: false,
		wishes: {settings: {}},
		...nothingBeside,
		origins: {},
	},
	arch: 'x86_64',
	needs: {
		interpreter: {path: installPath('/usr/bin/python3.11'), minor: '3.11', minimum: '3.11.2'},
		glibc: '',
		libraries: [],
	},
	distributions: [
		{
			name: 'hello-service',
			version: '1.0.0',
			requiresPython: '>=3.9',
			license: 'MIT',
			origin: 'built',
			wheel: 'hello_service-1.0.0-py3-none-any.whl',
			sha256: 'e'.repeat(64),
			scripts: ['hello-server'],
		},
	],
	scripts: [installPath('/opt/hello/bin/hello-client'), installPath('/opt/hello/bin/hello-server')],
	files: 1234,
	bytes: 14_249_999,
};
