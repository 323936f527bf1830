import type {Literal} from '../codecs/python-literal.ts';
import {type BuildVariables, homeMark} from '../codecs/sysconfig-data.ts';
import {isOwnHome, replacePaths} from './replace-paths.ts';

/** Where the interpreter came from. */
export interface CarriedFrom {
	/** Folders in which it lay when it was built or since then, such as `/root/.pyenv/versions/3.11.7`. */
	readonly origins: readonly string[];
	/** Such as `3.11`. */
	readonly minor: string;
}

const home = homeMark;
/** A flag that hides the folder of one build in what it compiles, and does nothing for another. */
const prefixMap = / ?-f(?:file|debug|macro)-prefix-map=[^\s'"]*/g;
/** Where a package's build lay, when nobody is to know: as Debian's own daemons call it. */
const neutralBuild = '/build';

/**
 * What the build variables of an interpreter are where it is carried, with `homeMark` for that place. Folders that the
 * layout of a carried interpreter fixes are named by their variables, for Debian has its own: `LIBDIR` is
 * /usr/lib/x86_64-linux-gnu, and not every `/usr` is the interpreter's. All other texts have their origins replaced, and
 * the folder of the build gets a name that tells nothing.
 */
export function carriedVariables(variables: BuildVariables, from: CarriedFrom): BuildVariables {
	const places = placesOf(variables, from);
	const move = mover(variables, from);
	const toolchain = isStandalone(variables) ? neutralTool : (_: string, text: string) => text;
	const moved = [...variables].map(([name, value]): [string, Literal] => [
		name,
		typeof value === 'number' || value === '' ? value : (places.get(name) ?? toolchain(name, move(value))),
	]);
	return new Map(moved);
}

/** Variables whose values the layout decides: src/stage/bundle lays every kind of interpreter out alike. */
function placesOf(variables: BuildVariables, {minor}: CarriedFrom): ReadonlyMap<string, string> {
	const last = (name: string) => text(variables, name).replace(/^.*\//, '');
	const stdlib = `${home}/lib/${last('LIBDEST') || `python${minor}`}`;
	const headers = `${home}/include/${last('INCLUDEPY') || `python${minor}`}`;
	const named: Readonly<Record<string, readonly string[]>> = {
		[home]: ['prefix', 'exec_prefix', 'host_prefix', 'host_exec_prefix'],
		[`${home}/bin`]: ['BINDIR'],
		[`${home}/bin/${last('EXENAME')}`]: ['EXENAME'],
		[`${home}/lib`]: ['LIBDIR', 'SCRIPTDIR'],
		[stdlib]: ['LIBDEST', 'DESTLIB', 'BINLIBDEST', 'MACHDESTLIB'],
		[`${stdlib}/lib-dynload`]: ['DESTSHARED'],
		[`${stdlib}/${last('LIBPL')}`]: ['LIBPL'],
		[`${home}/lib/pkgconfig`]: ['LIBPC'],
		[`${home}/include`]: ['INCLUDEDIR', 'CONFINCLUDEDIR'],
		[headers]: ['INCLUDEPY', 'CONFINCLUDEPY'],
		[`${home}/share`]: ['datarootdir'],
		[`${home}/share/man`]: ['MANDIR'],
		[`${home} ${home}/lib ${stdlib} ${stdlib}/lib-dynload`]: ['DESTDIRS'],
		[`${home}/include ${home}/include ${headers} ${headers}`]: ['INCLDIRSTOMAKE'],
		// Where wheels of any version serve ensurepip: Debian's are not those whose version it has written down.
		[`${stdlib}/ensurepip/_bundled`]: ['WHEEL_PKG_DIR'],
	};
	return new Map(Object.entries(named).flatMap(([value, names]) => names.map(name => [name, value])));
}

/** Replaces origins and build folders in a text, at the ends of path components. */
function mover(variables: BuildVariables, {origins}: CarriedFrom): (value: string) => string {
	const own = [text(variables, 'prefix'), text(variables, 'exec_prefix'), ...origins].map(withoutSlash);
	const builds = ['abs_builddir', 'abs_srcdir'].map(name => text(variables, name).replace(/\/\.\.$/, ''));
	const replacements = [
		...[...new Set(own)].filter(isOwnHome).map(path => ({path, to: home})),
		...[...new Set(builds)].filter(isOwnHome).map(path => ({path, to: neutralBuild})),
	];
	return value => {
		const named = value
			.replaceAll(/(--(?:exec-)?prefix=)\/usr(?=['\s]|$)/g, `$1${home}`)
			.replaceAll(/(--libdir=)\/usr\/lib[^'\s]*/g, `$1${home}/lib`)
			.replaceAll(prefixMap, '');
		return replacePaths(named, replacements);
	};
}

/** python-build-standalone builds with an LLVM of its own, which nobody has: uv renames the same programs. */
function isStandalone(variables: BuildVariables): boolean {
	return text(variables, 'CONFIG_ARGS').includes("'--prefix=/install'");
}

const compilers = new Set(['CC', 'CXX', 'BLDSHARED', 'LDSHARED', 'LDCXXSHARED', 'LINKCC', 'AR']);

function neutralTool(name: string, value: string): string {
	return compilers.has(name)
		? value
				.replace(/^(?:\/\S*\/)?clang\+\+(?=\s|$)/, 'c++')
				.replace(/^(?:\/\S*\/)?clang(?=\s|$)/, 'cc')
				.replace(/^(?:\/\S*\/)?llvm-ar(?=\s|$)/, 'ar')
		: value;
}

function text(variables: BuildVariables, name: string): string {
	const value = variables.get(name);
	return typeof value === 'string' ? value : '';
}

function withoutSlash(path: string): string {
	return path.replace(/\/+$/, '');
}
