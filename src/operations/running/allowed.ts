import {isGlibc} from '../../check/shared-libraries.ts';
import {type InstallPath, isWithin, nameOf, parentOf} from '../../model/paths.ts';
import type {Base, Ground} from './ground.ts';

/** Where shared libraries of the system lie: ld.so(8), and the folders of multiarch. */
const libraryFolders = ['/lib', '/lib32', '/lib64', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libexec'];

/** Files that an installed interpreter may load: those of the tree, and of the interpreter that it depends on. */
export class Allowed {
	/** For modules. */
	readonly roots: readonly string[];
	readonly #base: Base;
	readonly #own: readonly string[];

	constructor({venv, base}: Pick<Ground, 'venv' | 'base'>) {
		this.#base = base;
		this.#own = ownFiles(base);
		this.roots = [venv.root, ...(base.isBundled ? [] : interpreterPlaces(base.path, venv.minor))];
	}

	module(path: string): boolean {
		return this.roots.some(root => isWithin(path, root));
	}

	/** The same where every library that the interpreter needs came along: of the system's only those of the C library itself. */
	carried(path: string): boolean {
		const real = path.replace(/ \(deleted\)$/, '');
		return this.module(real) || !/\.so/.test(real) || (isSystemLibrary(real) && isGlibc(nameOf(real as InstallPath)));
	}

	/** Modules with shared objects, the libraries of the system, and the program itself. */
	mapped(path: string): boolean {
		const real = path.replace(/ \(deleted\)$/, '');
		if (this.module(real) || !/\.so|\/python/.test(real)) {
			return true;
		}

		const isPython = /\/libpython[\d.]*\w*\.so|\/python3?[\d.]*\//.test(real);
		return (
			this.#own.some(place => real.startsWith(place)) || (isSystemLibrary(real) && !(isPython && this.#base.isBundled))
		);
	}
}

function isSystemLibrary(path: string): boolean {
	return libraryFolders.some(folder => isWithin(path, folder));
}

/** How the files begin that belong to an interpreter of the machine: the program, which a link may stand for, and its libpython. */
function ownFiles({path, isBundled}: Base): readonly string[] {
	const bin = parentOf(path);
	const names = ['lib', 'lib64'].map(name => `${parentOf(bin)}/${name}/libpython`);
	return isBundled ? [] : [`${bin}/python`, ...names];
}

/** Of /usr/bin/python3.11: its standard library, and what Debian adds to it. */
function interpreterPlaces(path: string, minor: string): readonly string[] {
	const bin = path.slice(0, path.lastIndexOf('/'));
	const home = bin.slice(0, bin.lastIndexOf('/')) || '/usr';
	const libraries = ['lib', 'lib64'].flatMap(name => [
		`${home}/${name}/python${minor}`,
		`${home}/${name}/python${minor.replace('.', '')}.zip`,
		`${home}/${name}/python3`,
	]);
	return [...libraries, `/etc/python${minor}`, `/etc/python3`];
}
