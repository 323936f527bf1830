import {chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {readContent} from '../../src/host/read.ts';
import {scanTree} from '../../src/host/scan.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {relocate} from '../../src/relocate/relocate.ts';

interface Carrying {
	/** Where it lies: a folder with `bin` and `lib`. */
	readonly from: string;
	/** Such as `3.11`. */
	readonly minor: string;
	/** What it calls itself; default: where it lies. */
	readonly prefix?: string;
	readonly relocatable: boolean;
	/** The folder that plays the target's `/`. */
	readonly to: string;
}

/** Tests, packages of others, what only concerns the system, and what is too large for a test. */
export const notCarried: RegExp =
	/\/(?:site-packages|dist-packages|__pycache__|test|tests|idlelib|EXTERNALLY-MANAGED|sitecustomize\.py|.*\.a)$/;

/** Copies an interpreter as it lies and has the rules make it one that is carried. Returns its prefix, /opt/app below `to`. */
export function carriedPython({from, minor, prefix: origin = from, relocatable, to}: Carrying): string {
	const prefix = installPath('/opt/app');
	const parts = [`lib/python${minor}`, `include/python${minor}`, `lib/libpython${minor}.so.1.0`, 'lib/pkgconfig'];
	const all = [`bin/python${minor}`, `bin/python${minor}-config`, ...parts];
	for (const part of all.filter(one => existsSync(join(from, one)))) {
		mkdirSync(dirname(`${to}${prefix}/${part}`), {recursive: true});
		cpSync(join(from, part), `${to}${prefix}/${part}`, {
			recursive: true,
			dereference: true,
			filter: path => !notCarried.test(path.slice(from.length)),
		});
	}

	const tree = scanTree({root: hostPath(to), from: prefix});
	const {tree: after, rewritten} = relocate(
		{
			tree,
			prefix,
			moves: [{what: 'interpreter', from: hostPath(origin), to: prefix}],
			python: {
				builder: hostPath(`${origin}/bin/python${minor}`),
				builderPrefix: hostPath(origin),
				target: installPath(`${prefix}/bin/python${minor}`),
				minor,
				version: `${minor}.0`,
			},
			layout: {relocatable, bundle: {libraries: false, keep: []}},
			distributions: [],
			downloaded: new Map(),
			carried: new Map(tree.entries.map(({path}) => [path, 'interpreter'])),
		},
		readContent,
	);
	const kept = new Set(after.entries.map(({path}) => path));
	for (const entry of tree.entries.filter(({path}) => !kept.has(path))) {
		rmSync(`${to}${entry.path}`);
	}

	for (const entry of after.entries) {
		if (entry.kind === 'file' && rewritten.has(entry.path)) {
			const bytes = readContent(entry.content);
			rmSync(`${to}${entry.path}`);
			writeFileSync(`${to}${entry.path}`, bytes);
			chmodSync(`${to}${entry.path}`, entry.mode);
		}
	}

	mkdirSync(`${to}${prefix}/lib/python${minor}/site-packages`, {recursive: true});
	return `${to}${prefix}`;
}
