import {decodeLibraryTable} from '../codecs/library-table.ts';
import {libraryData} from '../host/library-data.ts';
import type {LibraryTable} from '../model/library-table.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {Target} from '../model/target.ts';

/**
 * The libraries of the distribution that a deb is for, as the user or its own recipe says; read when they are asked for.
 * Undefined where neither tells, and for other formats.
 */
export function librariesFor(
	{format, pkg}: OpenedPackage,
	target: Target | undefined,
): (() => LibraryTable | undefined) | undefined {
	const id = target?.id ?? pkg.manifest?.recipe?.wishes.targets?.dpkg;
	if (format !== 'deb' || id === undefined) {
		return undefined;
	}

	let table: LibraryTable | undefined;
	return () => {
		const bytes = table ? undefined : libraryData(id);
		table ??= bytes && decodeLibraryTable(bytes);
		return table;
	};
}
