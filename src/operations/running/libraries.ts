import {importFailed} from '../../check/running/kinds.ts';
import {findingOf} from '../../model/findings.ts';
import {below, type InstallPath, isWithin, nameOf} from '../../model/paths.ts';
import type {Ground, Judgement} from './ground.ts';

/** Files that one program is asked for; their names must fit into its arguments. */
const mostFiles = 200;

/** A library that the loader does not find for a file of the tree. */
interface Unmet {
	readonly path: InstallPath;
	readonly library: string;
}

/**
 * Asks the loader for the libraries of every dynamic ELF file, imported or not: a package that has a slower way without its
 * compiled module imports well, and is not what was built. Programs of bin are started, and say so themselves. ldd(1).
 */
export async function judgeLibraries(ground: Ground): Promise<Judgement> {
	const {survey, venv, promises} = ground;
	const files = survey.elf
		.filter(({path, dynamic}) => dynamic && isWithin(path, venv.root) && !isWithin(path, below(venv.root, 'bin')))
		.map(({path}) => path);
	const unmet: Unmet[] = [];
	for (let at = 0; at < files.length; at += mostFiles) {
		unmet.push(...(await unmetOf(files.slice(at, at + mostFiles), ground)));
	}

	// What lies in the tree is loaded by whoever needs the file first, before it.
	const inTree = new Set(survey.elf.flatMap(({path, soname}) => [nameOf(path), soname ?? '']));
	const missing = unmet.filter(({library}) => !inTree.has(nameOf(library as InstallPath)));
	return {
		findings: missing
			.filter(({library}) => promises(library) === undefined)
			.map(({path, library}) =>
				findingOf(importFailed, {path, severity: 'warning', message: `its library ${library} is found nowhere`}),
			),
		unproven: missing.flatMap(({path, library}) => {
			const promise = promises(library);
			return promise === undefined
				? []
				: [`${path}: ${library} is not on this machine, and the package depends on ${promise}: --rootfs proves it`];
		}),
	};
}

async function unmetOf(files: readonly InstallPath[], {sandbox, seconds}: Ground): Promise<Unmet[]> {
	const {stdout} = await sandbox.run(['ldd', ...files], {seconds: seconds + files.length});
	let path = files.length === 1 ? files[0] : undefined;
	return stdout.split('\n').flatMap(line => {
		path = files.find(file => line === `${file}:`) ?? path;
		const [, library] = /^\s+(\S+) => not found$/.exec(line) ?? [];
		return path !== undefined && library !== undefined ? [{path, library}] : [];
	});
}
