import {isWithin} from '../model/paths.ts';

/** What a compiler and its tools have on every machine, and folders that are nobody's. */
const ofEveryMachine = ['/bin', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/proc', '/sbin', '/usr', '/var'];
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
			const common = own.test(name) ? ['/dev'] : ofEveryMachine;
			const foreign = pathsIn(value, root).find(place => !common.some(folder => isWithin(place, folder)));
			return foreign === undefined ? [] : [{name, place: foreign}];
		});
}

/** Absolute paths in a value, those of the tree left out: a place may hold spaces, and so it goes first. */
function pathsIn(value: string, root: string): readonly string[] {
	const others = value.replaceAll(root, '$').matchAll(/(?:^|[\s'":;,=(]|-[A-Z])(\/[\w.][^\s'":;,)]*)/g);
	return [...others].flatMap(([, place = '']) => (place === '' ? [] : [place]));
}
