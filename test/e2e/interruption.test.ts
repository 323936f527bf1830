import {mkdirSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {builder, type Place, place, type Said, withBuilder} from '../helpers/built.ts';
import {sourceProject} from '../helpers/source-project.ts';

// A build that is stopped at any moment: whatever had a name before has its old bytes or, complete, its new ones; what was
// half-made is gone at once where a program can still see to it (SIGINT, SIGTERM), and by the next build where it cannot
// (SIGKILL).

const test = await withBuilder('/proc/self/exe', 'sleep');

const project = sourceProject({
	slow: 0.3,
	payload: 3_000_000,
	tables: `[tool.venvpack]
prefix = "/opt/app"
formats = ["deb", "tar.zst", "dir"]
[[tool.venvpack.hooks]]
command = ["sleep", "0.2"]
`,
});
const args = ['build', '--offline', '--python', builder?.path ?? ''];

/** When to stop: so long after a stage is done, or when so much of the artifacts is written. */
interface Moment {
	readonly after?: string;
	readonly ms?: number;
	/** A share of all bytes of the artifacts. */
	readonly written?: number;
}

const moments: readonly Moment[] = [
	...[10, 120, 250].map(ms => ({ms})),
	...[0, 40, 90].map(ms => ({after: 'plan', ms})),
	...[0, 60, 200, 300].map(ms => ({after: 'download', ms})),
	...[0, 50].map(ms => ({after: 'build', ms})),
	...[20, 120].map(ms => ({after: 'install', ms})),
	...[0, 20].map(ms => ({after: 'hooks', ms})),
	...[0.02, 0.3, 0.6, 0.9].map(written => ({after: 'relocate', written})),
];

/** A place with the project, what a build of it makes, and how much that is. */
async function bench(t: ExecutionContext) {
	const at = await place(t);
	for (const [name, text] of Object.entries(project)) {
		at.write(name, text);
	}

	const {code, stderr} = await at.run(args);
	t.is(code, 0, stderr);
	return {at, made: artifacts(at), bytes: bytesIn(at)};
}

type Artifacts = Readonly<Record<string, Readonly<Record<string, string>> | string>>;

/** What lies in the output folder, by name; a folder by its files. */
function artifacts(at: Place): Artifacts {
	const files = at.look('dist');
	const tops = Object.keys(files).filter(path => !path.includes('/'));
	return Object.fromEntries(
		tops.map(top => {
			const inside = Object.entries(files).filter(([path]) => path.startsWith(`${top}/`));
			return [top, inside.length > 0 ? Object.fromEntries(inside) : (files[top] ?? '')];
		}),
	);
}

/** Puts artifacts of an older build in the place of what was made. */
function makeOld(at: Place, made: Artifacts): Artifacts {
	rmSync(join(at.here, 'dist'), {recursive: true, force: true});
	mkdirSync(join(at.here, 'dist'));
	for (const [name, content] of Object.entries(made)) {
		const path = join(at.here, 'dist', name);
		if (typeof content === 'string') {
			writeFileSync(path, `old ${name}`);
		} else {
			mkdirSync(path);
			writeFileSync(join(path, 'venvpack.json'), `old ${name}`);
		}
	}

	return artifacts(at);
}

/** Starts a build, sends the signal at the moment, and waits for the end. */
async function stop(
	at: Place,
	moment: Moment,
	{signal, bytes}: {signal: NodeJS.Signals; bytes: number},
): Promise<Said> {
	const {child, ended} = at.start(args, {group: signal === 'SIGINT'});
	let isRunning = true;
	child.once('exit', () => {
		isRunning = false;
	});
	let heard = '';
	child.stderr?.on('data', (text: string) => {
		heard += text;
	});
	const isReached = () =>
		(moment.after === undefined || heard.includes(`✔ ${moment.after}`)) &&
		(moment.written === undefined || bytesIn(at, '.part') >= moment.written * bytes);
	while (isRunning && !isReached()) {
		await sleep(5);
	}

	await sleep(moment.ms ?? 0);
	if (child.pid !== undefined && isRunning) {
		// Ctrl-C reaches the whole group of the terminal, kill(1) the process alone.
		process.kill(signal === 'SIGINT' ? -child.pid : child.pid, signal);
	}

	return ended;
}

/** Bytes of all files in the output folder under names that end so. */
function bytesIn({here}: Place, ending = ''): number {
	const dist = join(here, 'dist');
	const parts = readdirSync(dist).filter(name => name.endsWith(ending));
	const files = parts.flatMap(part => [part, ...insideOf(join(dist, part)).map(name => join(part, name))]);
	return files.reduce((sum, file) => sum + (statSync(join(dist, file), {throwIfNoEntry: false})?.size ?? 0), 0);
}

function insideOf(path: string): string[] {
	try {
		return readdirSync(path, {recursive: true, encoding: 'utf8'});
	} catch {
		// A file, or gone in the meantime.
		return [];
	}
}

/** Every artifact is, whole, that of before or that of now. */
function nothingLost(
	t: ExecutionContext,
	at: Place,
	{old, made}: {old: Artifacts; made: Artifacts},
	when: string,
): void {
	const now = artifacts(at);
	for (const name of Object.keys(made)) {
		const isNew = JSON.stringify(now[name]) === JSON.stringify(made[name]);
		t.deepEqual(now[name], isNew ? made[name] : old[name], `${name}: ${when}`);
	}
}

const names = (at: Place) => readdirSync(join(at.here, 'dist')).sort();

for (const [signal, exitCode] of [
	['SIGINT', 130],
	['SIGTERM', 143],
] as const) {
	test(`${signal}: nothing is lost, nothing is left, no process goes on`, async t => {
		const {at, made, bytes} = await bench(t);
		const seen: string[] = [];
		let stopped = 0;
		for (const moment of moments) {
			const old = makeOld(at, made);
			const said = await stop(at, moment, {signal, bytes});
			const when = `${signal} at ${JSON.stringify(moment)}: ${said.stderr}`;
			t.deepEqual(at.children(), [], when);
			t.deepEqual(readdirSync(at.tmp), [], when);
			t.deepEqual(names(at), Object.keys(made).sort(), when);
			nothingLost(t, at, {old, made}, when);
			// In its first moments Node listens to no signal yet, and ends by it; in the last the build is done.
			const isEarly = moment.after === undefined && said.signal === signal;
			// A machine that is busy with other things may hear of the signal when the build is done.
			const isLate = said.code === 0;
			t.true(said.code === exitCode || isEarly || isLate, when);
			if (said.code === exitCode) {
				t.true(said.stderr.includes(`venvpack: stopped by ${signal}; nothing half-made is left\n`), when);
			}

			t.notRegex(said.stderr, /\n\s+at |Error:/, when);
			seen.push(summary(moment, said));
			stopped += isLate ? 0 : 1;
		}

		t.true(stopped >= moments.length / 2, seen.join('\n'));

		t.log(seen.join('\n'));
	});
}

test('SIGKILL: nothing is lost, and the next build takes away what was half-made', async t => {
	const {at, made, bytes} = await bench(t);
	const seen: string[] = [];
	for (const moment of moments) {
		const old = makeOld(at, made);
		const said = await stop(at, moment, {signal: 'SIGKILL', bytes});
		const left = names(at).filter(name => !(name in made));
		nothingLost(t, at, {old, made}, summary(moment, said));
		t.deepEqual(
			left.filter(name => !/^\.app.*\.part$/.test(name)),
			[],
		);
		const folders = readdirSync(at.tmp).length;
		const processes = at.children().length;
		seen.push(`${summary(moment, said)}, left: ${left.length} parts, ${folders} folders, ${processes} processes`);
		if (left.length > 0 || folders > 0) {
			t.is((await at.run(args)).code, 0);
			t.deepEqual(artifacts(at), made);
			t.deepEqual(readdirSync(at.tmp), [], summary(moment, said));
			t.deepEqual(at.children(), [], summary(moment, said));
		}
	}

	t.log(seen.join('\n'));
});

function summary(moment: Moment, {code, signal, stderr}: Said): string {
	return `${JSON.stringify(moment)} → ${code ?? signal}, after ${/✔ (\w+)[^✔]*$/.exec(stderr)?.[1] ?? '-'}`;
}

test('two builds into one folder at once: both end well, the artifacts are whole', async t => {
	const {at, made} = await bench(t);
	for (let round = 0; round < 2; round++) {
		makeOld(at, made);
		const said = await Promise.all([at.run(args), at.run(args)]);
		t.deepEqual(
			said.map(({code}) => code),
			[0, 0],
			said.map(({stderr}) => stderr).join('\n'),
		);
		t.deepEqual(artifacts(at), made);
		t.deepEqual(readdirSync(at.tmp), []);
	}
});
