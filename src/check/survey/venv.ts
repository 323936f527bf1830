import {decodePyvenvCfg} from '../../codecs/pyvenv-cfg.ts';
import {below, type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {Places} from '../../model/places.ts';
import type {SurveyedVenv} from '../../model/survey.ts';
import type {FileEntry, Tree} from '../../model/tree.ts';
import {beginning, type Collector, type Damaged, type Taker} from './taker.ts';

const mostBytes = 64 * 1024;
/** Names by which an interpreter is called without its version. */
const names = ['bin/python', 'bin/python3'];
/** What a folder of modules of the interpreter's own has, and one of installed packages has not. */
const landmarks = ['os.py', 'encodings', 'site.py', 'lib-dynload'];

/** Collects what a tree says of its venv. */
export class Venv implements Collector {
	/** The folder of the venv; undefined where there is none. */
	readonly root: InstallPath | undefined;
	readonly #places: Places;
	readonly #damaged: Damaged;
	#settings: ReadonlyMap<string, string> = new Map();
	/** Files of these names that begin with `#!`. */
	readonly #launchers = new Set<InstallPath>();

	constructor(tree: Tree, prefix: InstallPath, {places, damaged}: {places: Places; damaged: Damaged}) {
		this.#places = places;
		this.#damaged = damaged;
		this.root = rootOf(tree, prefix, places);
	}

	wants({path}: FileEntry): boolean {
		const {root} = this;
		return root !== undefined && ['pyvenv.cfg', ...names].some(name => path === below(root, name));
	}

	open(entry: FileEntry): Taker | undefined {
		const {path} = entry;
		if (!this.wants(entry)) {
			return undefined;
		}

		if (nameOf(path) !== 'pyvenv.cfg') {
			return beginning(2, bytes => void (bytes.toString() === '#!' && this.#launchers.add(path)));
		}

		return beginning(mostBytes, (bytes, isAll) => {
			this.#settings = decodePyvenvCfg(bytes.toString());
			if (!isAll) {
				this.#damaged.set(path, `at most ${mostBytes} bytes are expected of it`);
			}
		});
	}

	finish(): SurveyedVenv | undefined {
		const {root} = this;
		if (root === undefined) {
			return undefined;
		}

		const sitePackages = this.#sitePackages(root);
		const called = this.#called(root);
		const isLaunched = called !== undefined && this.#launchers.has(called);
		const interpreter = isLaunched ? this.#launched(root, sitePackages, called) : called;
		const minor = minorOf(sitePackages, this.#settings, interpreter);
		const bundled = interpreter !== undefined && this.#places.at(interpreter)?.kind === 'file';
		return {
			root,
			settings: this.#settings,
			interpreter,
			bundled,
			...(bundled && {standardLibrary: this.#standardLibrary(interpreter, minor)}),
			isLaunched,
			minor,
			sitePackages,
		};
	}

	#called(root: InstallPath): InstallPath | undefined {
		const named = names.map(name => below(root, name)).find(path => this.#places.at(path));
		return named && this.#places.follow(named);
	}

	/** What a script bin/python starts: the interpreter beside it, by its whole name. */
	#launched(root: InstallPath, sitePackages: readonly InstallPath[], launcher: InstallPath): InstallPath {
		const beside = below(root, `bin/python${minorOf(sitePackages, this.#settings, undefined)}`);
		return (this.#places.at(beside) && beside !== launcher && this.#places.follow(beside)) || launcher;
	}

	#standardLibrary(interpreter: InstallPath, minor: string): InstallPath | undefined {
		const home = parentOf(parentOf(interpreter));
		const folder = below(home, `lib/python${minor}`);
		return landmarks.some(name => this.#places.at(below(folder, name))) ? folder : undefined;
	}

	#sitePackages(root: InstallPath): InstallPath[] {
		return ['lib', 'lib64', 'local/lib']
			.flatMap(name => [...this.#places.in(below(root, name))])
			.filter(({kind, path}) => kind === 'directory' && /^(?:python|pypy)3(?:\.\d+t?)?$/.test(nameOf(path)))
			.flatMap(({path}) => [below(path, 'site-packages'), below(path, 'dist-packages')])
			.filter(path => this.#places.at(path)?.kind === 'directory');
	}
}

/** That of the prefix where there is one, else the outermost. A venv without a pyvenv.cfg is known by its shape. */
function rootOf(tree: Tree, prefix: InstallPath, places: Places): InstallPath | undefined {
	if (places.at(below(prefix, 'pyvenv.cfg')) || looksLikeVenv(prefix, places)) {
		return prefix;
	}

	const roots = tree.entries.filter(({path}) => path.endsWith('/pyvenv.cfg')).map(({path}) => parentOf(path));
	const depth = (path: InstallPath) => path.split('/').length;
	return roots.sort((a, b) => depth(a) - depth(b))[0];
}

function looksLikeVenv(prefix: InstallPath, places: Places): boolean {
	const hasPython = ['bin/python', 'bin/python3'].some(name => places.at(below(prefix, name)));
	const libraries = [...places.in(below(prefix, 'lib'))];
	return hasPython && libraries.some(({path}) => places.at(below(path, 'site-packages'))?.kind === 'directory');
}

function minorOf(
	sitePackages: readonly InstallPath[],
	settings: ReadonlyMap<string, string>,
	interpreter: InstallPath | undefined,
): string {
	const texts = [
		...sitePackages.map(path => nameOf(parentOf(path))),
		settings.get('version') ?? '',
		settings.get('version_info') ?? '',
		interpreter === undefined ? '' : nameOf(interpreter),
	];
	return texts.map(text => /(?:^|python|pypy)(3\.\d+)/.exec(text)?.[1]).find(minor => minor !== undefined) ?? '';
}
