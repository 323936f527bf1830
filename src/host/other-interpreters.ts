import {existsSync, lstatSync, readdirSync, realpathSync} from 'node:fs';
import type {InstallPath} from '../model/paths.ts';

/** Folders with a program's or interpreter's files for each version of it, and how those are named. */
const versioned: ReadonlyArray<readonly [folder: string, names: RegExp]> = [
	['/usr/bin', /^(?:python|pypy)[\d.]*(?:-[a-z]+)?(?:[a-z]*-config)?$/],
	['/usr/lib', /^(?:python3(?:\.\d+)?|pypy[\d.]*)$/],
	['/usr/lib64', /^(?:python3(?:\.\d+)?|pypy[\d.]*)$/],
];

/** What of the system's folders no target need have: every other interpreter, and what an administrator put there by hand. */
export function otherInterpreters(interpreter: InstallPath | undefined): readonly string[] {
	const own = interpreter === undefined ? undefined : realpathOf(interpreter);
	const minor = interpreter === undefined ? undefined : /(3\.\d+)$/.exec(own ?? interpreter)?.[1];
	const kept = new Set(minor === undefined ? [] : [`python${minor}`, 'python3']);
	const found = versioned.flatMap(([folder, names]) =>
		namesIn(folder)
			.filter(name => names.test(name))
			.map(name => `${folder}/${name}`)
			.filter(path =>
				folder === '/usr/bin' ? isFile(path) && path !== own : !kept.has(path.slice(folder.length + 1)),
			),
	);
	return [
		...found,
		...(interpreter === undefined ? sharedInterpreters() : []),
		...['/usr/local', '/usr/src', '/usr/share/miniconda'].filter(path => existsSync(path)),
	];
}

/** The libpython of every version: a program that carries its own may not start with one of the system. */
function sharedInterpreters(): readonly string[] {
	const multiarch = namesIn('/usr/lib').filter(name => /-linux-gnu\w*$/.test(name));
	return ['/usr/lib', '/usr/lib64', ...multiarch.map(name => `/usr/lib/${name}`)].flatMap(folder =>
		namesIn(folder)
			.filter(name => /^libpython3[\w.]*\.so/.test(name))
			.map(name => `${folder}/${name}`)
			.filter(isFile),
	);
}

/** A link is covered by covering what it leads to. */
function isFile(path: string): boolean {
	return lstatSync(path).isFile();
}

function namesIn(folder: string): readonly string[] {
	// A link, such as /usr/lib64 → lib, shows what is covered elsewhere.
	return lstatSync(folder, {throwIfNoEntry: false})?.isDirectory() ? readdirSync(folder) : [];
}

/** Where a path ends; undefined where it leads nowhere. */
export function realpathOf(path: string): string | undefined {
	try {
		return realpathSync(path);
	} catch {
		return undefined;
	}
}
