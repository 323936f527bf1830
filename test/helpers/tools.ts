import {execFileSync} from 'node:child_process';
import {accessSync, constants, existsSync, readdirSync, realpathSync, statSync} from 'node:fs';
import {homedir} from 'node:os';
import {delimiter, join} from 'node:path';
import test, {type ImplementationFn} from 'ava';

export interface ToolTest {
	<Args extends unknown[]>(title: string, implementation: ImplementationFn<Args>, ...args: Args): void;
	/** Runs by itself, one after the other. */
	serial<Args extends unknown[]>(title: string, implementation: ImplementationFn<Args>, ...args: Args): void;
}

/**
 * AVA's `test` for a test that runs these programs: `const test = withTools('dpkg-deb', 'lintian')`. Where one is missing
 * the test is skipped and its title says so; with VENVPACK_TOOLS=required it fails instead.
 * The word `root` asks for the user, not for a program; a path is taken as it is.
 */
export function withTools(...tools: string[]): ToolTest {
	return withReason(missing(tools).join(', '));
}

/** The same for anything else that a test cannot do without: a reason that is not empty skips it. */
export function withReason(lacking: string): ToolTest {
	if (lacking === '') {
		return Object.assign(test.bind(undefined) as typeof test, {serial: test.serial});
	}

	const required = process.env.VENVPACK_TOOLS === 'required';
	const register = <Args extends unknown[]>(title: string, implementation: ImplementationFn<Args>, ...args: Args) => {
		const named = `${title} (needs ${lacking}: not here)`;
		if (required) {
			test(named, t => t.fail(`VENVPACK_TOOLS=required, and ${lacking} is not here`));
		} else {
			test.skip(named, implementation, ...args);
		}
	};
	return Object.assign(register, {serial: register});
}

/**
 * The same for what Debian does not have, such as PowerShell: lacking it is no reason to fail, even where all tools are
 * required. The title says that it was not there.
 */
export function withLuck(lacking: string): ToolTest {
	const register = <Args extends unknown[]>(title: string, implementation: ImplementationFn<Args>, ...args: Args) => {
		test.skip(`${title} (needs ${lacking}: not here, and not in Debian)`, implementation, ...args);
	};
	return lacking === '' ? withReason('') : Object.assign(register, {serial: register});
}

/** Those of `tools` that this machine does not have. */
function missing(tools: readonly string[]): string[] {
	return tools.filter(tool => (tool === 'root' ? process.getuid?.() !== 0 : pathOf(tool) === undefined));
}

/** Where a program lies; undefined where PATH and the folders of the administrator do not have it. */
export function pathOf(tool: string): string | undefined {
	const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
	const places = tool.includes('/') ? [tool] : folders.map(folder => join(folder, tool));
	return places.find(isProgram);
}

export interface FoundPython {
	readonly path: string;
	/** Such as `3.11`. */
	readonly minor: string;
	/** Such as `3.11.7`. */
	readonly version: string;
	readonly origin: 'system' | 'pyenv';
}

let found: readonly FoundPython[] | undefined;

/** Every CPython from 3.8 on this machine, the system's first, each minor of each origin once. */
export function pythons(): readonly FoundPython[] {
	found ??= [
		...inFolder('/usr/bin', 'system'),
		...inFolder('/usr/local/bin', 'system'),
		...pyenvFolders().flatMap(folder => inFolder(folder, 'pyenv')),
	].filter((python, at, all) => all.findIndex(other => same(python, other)) === at);
	return found;
}

/** One interpreter of that minor; of that origin, where one is asked for. */
export function pythonOf(minor: string, origin?: FoundPython['origin']): FoundPython | undefined {
	return pythons().find(python => python.minor === minor && (origin === undefined || python.origin === origin));
}

function same(one: FoundPython, other: FoundPython): boolean {
	return one.minor === other.minor && one.origin === other.origin;
}

function pyenvFolders(): string[] {
	const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
	return existsSync(versions)
		? readdirSync(versions)
				.sort()
				.map(version => join(versions, version, 'bin'))
		: [];
}

function inFolder(folder: string, origin: FoundPython['origin']): FoundPython[] {
	if (!existsSync(folder)) {
		return [];
	}

	return readdirSync(folder)
		.sort()
		.flatMap(name => {
			const minor = /^python(3\.(?:[89]|[1-9]\d))$/.exec(name)?.[1];
			const path = join(folder, name);
			const version = minor !== undefined && isProgram(path) ? versionOf(path) : undefined;
			return minor === undefined || version === undefined ? [] : [{path, minor, version, origin}];
		});
}

function versionOf(python: string): string | undefined {
	const question = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
	try {
		return execFileSync(python, ['-IS', '-c', question], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	} catch {
		return undefined;
	}
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(realpathSync(path)).isFile();
	} catch {
		return false;
	}
}
