import {isWithin} from '../model/paths.ts';

/** What a compiler and its tools have on every machine; /build is what Debian's daemons and venvpack call a build folder. */
const ofEveryMachine = ['/bin', '/build', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/proc', '/sbin', '/usr', '/var'];
/** Where the interpreter's own things lie: these are never the system's. */
const own = new RegExp(
	`^(?:${[
		...['prefix', 'exec_prefix', 'installed_base', 'installed_platbase', 'base', 'platbase', 'srcdir', 'projectbase'],
		...[
			'BINDIR',
			'BINLIBDEST',
			'CONFINCLUDEDIR',
			'CONFINCLUDEPY',
			'DESTDIRS',
			'DESTLIB',
			'DESTSHARED',
			'INCLDIRSTOMAKE',
		],
		...['INCLUDEDIR', 'INCLUDEPY', 'LIBDEST', 'LIBDIR', 'LIBPC', 'LIBPL', 'MACHDESTLIB', 'MANDIR', 'SCRIPTDIR'],
		...['datarootdir', 'Makefile', String.raw`pyconfig\.h`, String.raw`(?:posix_prefix|venv) \w+`],
	].join('|')})$`,
);

/** A value of sysconfig that names a place of another machine. */
export interface ForeignValue {
	readonly name: string;
	readonly place: string;
}

/**
 * Which values of sysconfig name a place that is neither in the tree nor of every machine, in the order of their names.
 * What is the interpreter's own must lie in the tree.
 */
export function foreignValues(values: Readonly<Record<string, string>>, root: string): readonly ForeignValue[] {
	return Object.entries(values)
		.sort(([one], [other]) => (one < other ? -1 : 1))
		.flatMap(([name, value]) => {
			const isOwn = own.test(name);
			const foreign = pathsIn(value, root).find(place => isOwn || !isOfEveryMachine(place));
			return foreign === undefined ? [] : [{name, place: foreign}];
		});
}

/** Or no place at all: `/x86_64-linux-gnu` is what a name ends with. */
function isOfEveryMachine(place: string): boolean {
	return !place.includes('/', 1) || ofEveryMachine.some(folder => isWithin(place, folder));
}

/** Absolute paths in a value, those of the tree left out: a place may hold spaces, and so it goes first. */
function pathsIn(value: string, root: string): readonly string[] {
	const others = value.replaceAll(root, '$').matchAll(/(?:^|[\s'":;,=(]|-[A-Z])(\/[\w.][^\s'":;,)]*)/g);
	return [...others].flatMap(([, place = '']) => (place === '' ? [] : [place]));
}

/**
 * The first place of another machine in a `_sysconfigdata_*.py`, whose values may be put together from the place where
 * the interpreter lies; undefined where it names none. `root` is where the tree is to lie.
 */
export function foreignInSysconfig(text: string, root: string): string | undefined {
	const literals = text.replaceAll(/_home \+ (['"])/g, '$1_').matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g);
	const values = [...literals].map(([, single, double]) => single ?? double ?? '');
	return values.flatMap(value => pathsIn(value, root)).find(place => !isOfEveryMachine(place));
}

/** The prefix of a `.pc` that is neither the tree nor found from the file itself; undefined where it is right. pkg-config(1). */
export function foreignInPackageConfig(text: string, root: string): string | undefined {
	const [, prefix] = /^prefix=(\/.*)$/m.exec(text) ?? [];
	return prefix === undefined || isWithin(prefix.trim(), root) ? undefined : prefix.trim();
}
