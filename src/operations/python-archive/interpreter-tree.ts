import {below, type InstallPath, installPath, isWithin, parentOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import {type Entry, type LinkEntry, type Tree, treeOf} from '../../model/tree.ts';

/** Where archives of python-build-standalone have the interpreter: the full ones, and those with `install_only` in their names. */
const homes = [installPath('/python/install'), installPath('/python')];

/** The texts of the licences that full archives have, beside the interpreter. */
const licences = installPath('/python/licenses');

/** As many links as Linux follows. */
const mostLinks = 40;

/**
 * The part of an archive that is the interpreter, and the folder in which it lies there. No link of it is absolute or leads
 * out of that folder, on whatever way. `refuse` makes the error for what is wrong with it.
 */
export function interpreterTree(tree: Tree, refuse: (what: string) => Error): {tree: Tree; home: InstallPath} {
	const places = new Places(tree);
	const home = homes.find(folder => places.at(below(folder, 'bin/python3')) !== undefined);
	if (home === undefined) {
		throw refuse('it has neither python/install/bin/python3 nor python/bin/python3');
	}

	const own = tree.entries.filter(({path}) => isWithin(path, home) || isWithin(path, licences));
	const at = new Map(own.map(entry => [entry.path, entry]));
	for (const entry of own) {
		if (entry.kind === 'link' && !staysInside(entry, home, at)) {
			throw refuse(`${entry.path.slice(1)} is a link to ${entry.target}, which leads out of it`);
		}
	}

	return {tree: treeOf(own), home};
}

/** Whether the kernel, following the link and every other on the way, never leaves the folder. */
function staysInside(link: LinkEntry, home: InstallPath, at: ReadonlyMap<InstallPath, Entry>): boolean {
	let here = parentOf(link.path);
	const todo = link.target.split('/').reverse();
	let links = 1;
	if (link.target.startsWith('/')) {
		return false;
	}

	for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
		const next = part === '..' ? parentOf(here) : part === '' || part === '.' ? here : below(here, part);
		const entry = at.get(next);
		if (!isWithin(next, home)) {
			return false;
		}

		if (entry?.kind !== 'link') {
			here = next;
		} else if (entry.target.startsWith('/') || ++links > mostLinks) {
			return false;
		} else {
			todo.push(...entry.target.split('/').reverse());
		}
	}

	return true;
}
