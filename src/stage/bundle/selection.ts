import {existsSync, lstatSync, readdirSync, realpathSync, type Stats, statSync} from 'node:fs';
import {join} from 'node:path';
import {type HostPath, hostPath} from '../../model/paths.ts';
import {isSharedFolder} from '../../model/shared-folders.ts';
import {type InterpreterHome, libraryPlace} from './home.ts';

/** A file of the builder, and where it belongs below the prefix. */
export interface Selected {
	/** Links followed. */
	readonly from: HostPath;
	/** Such as `lib/python3.11/os.py`. */
	readonly to: string;
	/** In bytes. */
	readonly size: number;
	readonly mode: number;
	/** Whether the builder has a link there. */
	readonly isLink: boolean;
}

/** Packages of others, bytecode for another place, and what only concerns the system that it was installed on. */
const left: ReadonlySet<string> = new Set([
	'__pycache__',
	'site-packages',
	'dist-packages',
	'EXTERNALLY-MANAGED',
	'sitecustomize.py',
	'usercustomize.py',
]);

/**
 * All that an interpreter consists of, whatever kind it is, with the places that it has where the prefix is its own. Of
 * two files for one place the later counts. Nothing is trimmed yet. Sorted.
 */
export function selectInterpreter(home: InterpreterHome): Selected[] {
	const found = new Map<string, Selected>();
	for (const [from, to] of pieces(home)) {
		for (const one of selectedAt(from, to, new Set())) {
			found.set(one.to, one);
		}
	}

	return [...found.values()].sort((one, other) => (one.to < other.to ? -1 : 1));
}

type Piece = readonly [from: string, to: string];

function* pieces(home: InterpreterHome): Generator<Piece> {
	const {executable, minor, extensions, library} = home;
	const stdlib = `lib/python${minor}`;
	yield [executable, `bin/python${minor}`];
	for (const folder of home.stdlib) {
		yield [folder, stdlib];
	}

	if (extensions) {
		yield [extensions, `${stdlib}/lib-dynload`];
	}

	for (const folder of home.headers) {
		yield [folder, `include/python${minor}`];
	}

	yield* forBuilding(home);
	yield* bundledWheels(home, stdlib);
	yield* ofStandalone(home);
	if (library) {
		yield [library, libraryPlace(home)];
	}
}

function* forBuilding({minor, libraries, pkgconfig, programs, soname}: InterpreterHome): Generator<Piece> {
	for (const folder of pkgconfig) {
		yield* named(folder, 'lib/pkgconfig', [
			`python-${minor}.pc`,
			`python-${minor}-embed.pc`,
			'python3.pc',
			'python3-embed.pc',
		]);
	}

	for (const folder of libraries) {
		yield* named(folder, 'lib', [soname, `libpython${minor}.so`, 'libpython3.so', `libpython${minor}.a`]);
	}

	for (const folder of programs) {
		yield* named(folder, 'bin', [`python${minor}-config`]);
	}
}

function* named(folder: HostPath, to: string, names: readonly string[]): Generator<Piece> {
	for (const name of names) {
		if (name !== '' && existsSync(join(folder, name))) {
			yield [join(folder, name), `${to}/${name}`];
		}
	}
}

/** Debian patches ensurepip to take wheels from a folder of the system; elsewhere they lie beside it. */
function* bundledWheels({wheels, minor}: InterpreterHome, stdlib: string): Generator<Piece> {
	const wanted = Number(minor.split('.')[1]) < 12 ? /^(?:pip|setuptools)-.*\.whl$/ : /^pip-.*\.whl$/;
	for (const name of wheels ? readdirSync(wheels) : []) {
		if (wheels && wanted.test(name)) {
			yield [join(wheels, name), `${stdlib}/ensurepip/_bundled/${name}`];
		}
	}
}

/** What a build brings that has no system to rely on: the terminals that ncurses knows, the scripts of Tcl and Tk. */
function* ofStandalone({prefix}: InterpreterHome): Generator<Piece> {
	if (isSharedFolder(prefix)) {
		return;
	}

	if (existsSync(join(prefix, 'share/terminfo'))) {
		yield [join(prefix, 'share/terminfo'), 'share/terminfo'];
	}

	for (const name of existsSync(join(prefix, 'lib')) ? readdirSync(join(prefix, 'lib')) : []) {
		if (/^(?:tcl|tk|itcl|thread)\d/.test(name)) {
			yield [join(prefix, 'lib', name), `lib/${name}`];
		}
	}
}

/** `above`: the folders on the way, so that a link to one of them ends. */
function* selectedAt(path: string, to: string, above: ReadonlySet<string>): Generator<Selected> {
	const stats = statSync(path, {throwIfNoEntry: false});
	if (!stats) {
		return;
	}

	const from = hostPath(realpathSync(path));
	if (stats.isFile()) {
		yield fileOf(stats, {from, to, isLink: lstatSync(path).isSymbolicLink()});
	} else if (stats.isDirectory() && !above.has(from)) {
		for (const name of readdirSync(from).filter(one => !left.has(one) && !one.endsWith('.pyc'))) {
			yield* selectedAt(join(from, name), `${to}/${name}`, new Set([...above, from]));
		}
	}
}

/** Modules of the standard library: some say that any Python may start them, which need not be there. */
const isModule = /^lib\/python[^/]+\/(?!config-).*\.py$/;

function fileOf(stats: Stats, place: Pick<Selected, 'from' | 'to' | 'isLink'>): Selected {
	const isProgram = (stats.mode & 0o111) !== 0 && !isModule.test(place.to);
	return {...place, size: stats.size, mode: isProgram ? 0o755 : 0o644};
}
