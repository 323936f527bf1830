import type {LibraryWishes} from '../model/libraries.ts';
import type {Config} from './config.ts';

/** What the configuration says of shared libraries, complete, sonames in order. */
export function librariesOf({tables: {libraries = {}}, formats}: Config): LibraryWishes {
	const {declare = {}, ignore = []} = libraries;
	// Only package managers know relations.
	const names = formats.filter(({packager}) => packager !== undefined).map(({name}) => name);
	const declared = Object.entries(declare)
		.sort(([one], [other]) => (one < other ? -1 : 1))
		.map(([soname, value]): [string, Record<string, string>] => [
			soname,
			typeof value === 'string'
				? Object.fromEntries(names.map(name => [name, value]))
				: Object.fromEntries(Object.entries(value).flatMap(([name, its]) => (its === undefined ? [] : [[name, its]]))),
		]);
	return {declare: Object.fromEntries(declared), ignore: [...new Set(ignore)].sort()};
}
