import {existsSync} from 'node:fs';
import {run} from '../../host/run.ts';
import type {PythonMove} from '../../model/moves.ts';
import {type HostPath, hostPath, isWithin} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';

/** Where the parts of an interpreter lie on this machine. Folders that it names and that are not there are left out. */
export interface InterpreterHome {
	readonly executable: HostPath;
	/** sys.base_prefix. */
	readonly prefix: HostPath;
	/** Such as `3.11`. */
	readonly minor: string;
	/** Its standard library; where platform-specific modules have a folder of their own, also that. */
	readonly stdlib: readonly HostPath[];
	/** Of extension modules; mostly `lib-dynload` in the standard library. */
	readonly extensions: HostPath | undefined;
	/** Those that say more come later: Debian's pyconfig.h only includes that of the machine. */
	readonly headers: readonly HostPath[];
	/** libpython as the process has loaded it; undefined where it is in the program. */
	readonly library: HostPath | undefined;
	/** The name that programs ask for it by, such as `libpython3.11.so.1.0`. */
	readonly soname: string;
	/** Where libraries for linking lie. */
	readonly libraries: readonly HostPath[];
	readonly pkgconfig: readonly HostPath[];
	readonly programs: readonly HostPath[];
	/** Where Debian has the wheels of ensurepip. */
	readonly wheels: HostPath | undefined;
	/** `lib`, or `lib64` where the interpreter looks for its standard library there. */
	readonly libraryName: string;
}

/** The maps of the process tell which libpython the loader took, whatever RUNPATH or LD_LIBRARY_PATH say. */
const question = `
import sys, json, sysconfig
var, paths = sysconfig.get_config_var, sysconfig.get_paths()
with open('/proc/self/maps', encoding='utf-8', errors='surrogateescape') as maps:
    loaded = [line.split(None, 5)[-1].rstrip('\\n') for line in maps if '/libpython' in line]
sys.stdout.write(json.dumps({
    'stdlib': paths['stdlib'], 'platstdlib': paths['platstdlib'],
    'include': paths['include'], 'platinclude': paths['platinclude'],
    'extensions': var('DESTSHARED') or '', 'libdir': var('LIBDIR') or '', 'bindir': var('BINDIR') or '',
    'pkgconfig': var('LIBPC') or '', 'wheels': var('WHEEL_PKG_DIR') or '', 'soname': var('INSTSONAME') or '',
    'multiarch': getattr(sys.implementation, '_multiarch', '') or '',
    'libraryName': getattr(sys, 'platlibdir', 'lib'), 'loaded': loaded[:1],
}))
`;

interface Answer {
	readonly stdlib: string;
	readonly platstdlib: string;
	readonly include: string;
	readonly platinclude: string;
	readonly extensions: string;
	readonly libdir: string;
	readonly bindir: string;
	readonly pkgconfig: string;
	readonly wheels: string;
	readonly soname: string;
	readonly multiarch: string;
	readonly libraryName: string;
	readonly loaded: readonly string[];
}

/**
 * Asks the builder's interpreter where its parts are. What a build says that was moved since, such as
 * python-build-standalone's `/install`, is looked for below its prefix, too.
 * Throws what running it throws.
 */
export async function homeOf(python: PythonMove, environment: Environment): Promise<InterpreterHome> {
	const {stdout} = await run(python.builder, ['-I', '-S', '-c', question], {env: environment});
	const said = JSON.parse(stdout) as Answer;
	const {builder, builderPrefix: prefix, minor} = python;
	const own = `${prefix}/lib`;
	const name = said.include.slice(said.include.lastIndexOf('/') + 1);
	const [library] = said.loaded;
	const its = (...paths: readonly string[]) => ownFirst(there(...paths), prefix);
	return {
		executable: builder,
		prefix,
		minor,
		stdlib: there(said.stdlib, said.platstdlib),
		extensions: its(`${said.platstdlib}/lib-dynload`, said.extensions)[0],
		headers: there(said.include, said.platinclude, `${prefix}/include/${said.multiarch}/${name}`),
		library: library === undefined ? undefined : hostPath(library),
		soname: said.soname.startsWith('libpython') && said.soname.includes('.so') ? said.soname : '',
		libraries: its(own, said.libdir),
		pkgconfig: its(`${own}/pkgconfig`, said.pkgconfig),
		programs: its(`${prefix}/bin`, said.bindir),
		wheels: there(said.wheels)[0],
		libraryName: said.libraryName,
	};
}

/** Where libpython comes to lie, such as `lib/libpython3.11.so.1.0`. */
export function libraryPlace({library = hostPath(''), soname}: InterpreterHome): string {
	return `lib/${soname === '' ? library.slice(library.lastIndexOf('/') + 1) : soname}`;
}

function there(...paths: readonly string[]): HostPath[] {
	return [...new Set(paths)].filter(path => path.startsWith('/') && existsSync(path)).map(hostPath);
}

/** Where an interpreter was moved, another one may lie at its old place: what is outside counts only where nothing is inside. */
function ownFirst(paths: readonly HostPath[], prefix: HostPath): readonly HostPath[] {
	const inside = paths.filter(path => isWithin(path, prefix));
	return inside.length > 0 ? inside : paths;
}
