import {type ChildProcess, spawn} from 'node:child_process';
import {hash} from 'node:crypto';
import {
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {type FoundPython, pythonOf, pythons, type ToolTest, withReason, withTools} from './tools.ts';
import {uvOfTests} from './uv.ts';

/** The built command line, as users have it. */
export const venvpack: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The interpreter that tests build with: Debian's, where it is there. */
export const builder: FoundPython | undefined = pythonOf('3.11', 'system') ?? pythonOf('3.11') ?? pythons().at(-1);

/** `test` for what builds offline with the built command line and whatever else it needs. */
export async function withBuilder(...tools: string[]): Promise<ToolTest> {
	return builder === undefined
		? withReason('python3.11')
		: (await uvOfTests()) === undefined
			? withReason('uv')
			: withTools(...tools);
}

export interface Said {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	/** `HERE` and `TMP` stand for the folders of the place, `PYTHON` for the builder. */
	readonly stderr: string;
}

export interface Running {
	readonly child: ChildProcess;
	readonly ended: Promise<Said>;
}

export interface RunOptions {
	/** Beside, or instead of, what the place has. */
	readonly environment?: Readonly<Record<string, string>>;
	/** A command that starts it, such as `unshare -m`. */
	readonly through?: readonly string[];
	/** In a process group of its own, which a signal can be sent to as a terminal does. */
	readonly group?: boolean;
}

/** A folder to call venvpack in, with a temporary folder, a cache and a home of its own. */
export interface Place {
	readonly here: string;
	readonly tmp: string;
	write(path: string, content: string | Uint8Array): string;
	start(args: readonly string[], options?: RunOptions): Running;
	run(args: readonly string[], options?: RunOptions): Promise<Said>;
	/** Every path below `here` (or below a folder in it) with its content, of large files its size and digest, to compare looks. */
	look(folder?: string): Record<string, string>;
	/** Processes that still work for a venvpack that ran here. */
	children(): number[];
}

/** Makes a place that goes away with the test. */
export async function place(t: ExecutionContext): Promise<Place> {
	const root = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-place-')));
	t.teardown(() => rmSync(root, {recursive: true, force: true, maxRetries: 3}));
	const [here, tmp, home] = ['here', 'tmp', 'home'].map(name => join(root, name)) as [string, string, string];
	for (const folder of [here, tmp, home]) {
		mkdirSync(folder);
	}

	const found = await uvOfTests();
	const environment = {
		PATH: [...(found === undefined ? [] : [dirname(found)]), process.env.PATH].join(delimiter),
		HOME: home,
		TMPDIR: tmp,
		VENVPACK_CACHE_DIR: join(root, 'cache'),
		CI: '1',
		LANG: 'C.UTF-8',
	};
	const start = (args: readonly string[], options: RunOptions = {}): Running => {
		const [program = '', ...before] = [...(options.through ?? []), process.execPath, venvpack];
		const child = spawn(program, [...before, ...args], {
			cwd: here,
			env: {...environment, ...options.environment},
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: options.group ?? false,
		});
		return {child, ended: listen(child, text => withoutPlaces(text, {here, tmp}))};
	};
	return {
		here,
		tmp,
		write(path, content) {
			const file = join(here, path);
			mkdirSync(dirname(file), {recursive: true});
			writeFileSync(file, content);
			return file;
		},
		start,
		run: async (args, options) => start(args, options).ended,
		look: (folder = '.') => look(join(here, folder)),
		children: () => processesOf(root),
	};
}

function listen(child: ChildProcess, tidy: (text: string) => string): Promise<Said> {
	const said = {stdout: '', stderr: ''};
	for (const name of ['stdout', 'stderr'] as const) {
		child[name]?.setEncoding('utf8').on('data', (text: string) => {
			said[name] += text;
		});
	}

	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve({code, signal, stdout: said.stdout, stderr: tidy(said.stderr)}));
	});
}

function withoutPlaces(text: string, {here, tmp}: {here: string; tmp: string}): string {
	return text
		.replaceAll(here, 'HERE')
		.replaceAll(/venvpack-[A-Za-z0-9]{6}(?=\/|\b)/g, 'venvpack-XXXXXX')
		.replaceAll(tmp, 'TMP')
		.replaceAll(builder?.path ?? '\0', 'PYTHON');
}

function look(folder: string): Record<string, string> {
	const names = readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort();
	return Object.fromEntries(names.map(name => [name, contentOf(join(folder, name))]));
}

function contentOf(path: string): string {
	const stat = lstatSync(path);
	if (stat.isFile()) {
		const bytes = readFileSync(path);
		return bytes.length > 1000 ? `${bytes.length} bytes, ${hash('sha256', bytes)}` : bytes.toString('latin1');
	}

	return stat.isSymbolicLink() ? `→ ${readlinkSync(path)}` : '(folder)';
}

/** By their environment, command line and working folder; zombies and kernel threads have none of these. */
function processesOf(root: string): number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter(name =>
			['environ', 'cmdline'].some(file => {
				try {
					return readFileSync(`/proc/${name}/${file}`, 'latin1').includes(root);
				} catch {
					return false;
				}
			}),
		)
		.map(Number);
}
