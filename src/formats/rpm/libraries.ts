import {decodeLibraryTable} from '../../codecs/library-table.ts';
import {libraryData} from '../../host/library-data.ts';
import type {NeededLibrary, NewPackage} from '../../model/package.ts';
import {holdToRule} from '../setting-rule.ts';
import {rpmRelationSettings} from './relation-settings.ts';

/** The requirements that libraries make, in rpm's words, and what none is made for. */
export interface RpmLibraries {
	/** Such as `libc.so.6(GLIBC_2.34)(64bit)`: capabilities, and relations as the configuration writes them. */
	readonly capabilities: readonly string[];
	readonly relations: readonly string[];
	readonly left: readonly NeededLibrary[];
}

/**
 * What rpm has to find for the libraries of a package, as its own generator asks for them (tools/elfdeps.c): the soname,
 * and each version of it. No table is needed, rpms provide sonames; so what the tree may do without and no distribution
 * that we know of has is left out, since it would keep the package from being installed.
 */
export function rpmLibraries({needs: {libraries}}: NewPackage): RpmLibraries {
	const left = libraries.filter(({need, declared, soname}) => {
		return need !== 'certain' && declared.rpm === undefined && !isKnown(soname);
	});
	const required = libraries.filter(library => !left.includes(library));
	const own = required.filter(({declared}) => declared.rpm === undefined);
	return {
		// Every library of a glibc of this century is found by its DT_GNU_HASH, and linkers write no other table.
		capabilities: [...own.flatMap(capabilitiesOf), ...(own.length > 0 ? ['rtld(GNU_HASH)'] : [])],
		relations: required.flatMap(({declared, soname}) =>
			declared.rpm === undefined ? [] : [checkedRelation(declared.rpm, soname)],
		),
		left,
	};
}

function checkedRelation(text: string, soname: string): string {
	const subject = `${JSON.stringify(text)} in libraries.declare, for ${soname}`;
	holdToRule(rpmRelationSettings.requires?.rule, {text, subject, format: 'rpm'});
	return text;
}

function capabilitiesOf({soname, bits, asked}: NeededLibrary): string[] {
	const versions = [...new Set(asked.map(({version}) => version))].filter(version => version !== 'Base').sort();
	const marker = bits === 64 ? '(64bit)' : '';
	return [bits === 64 ? `${soname}()${marker}` : soname, ...versions.map(version => `${soname}(${version})${marker}`)];
}

/** The newest distribution whose libraries we have a table of. */
const largest = 'debian-13';

function isKnown(soname: string): boolean {
	const bytes = libraryData(largest);
	return bytes !== undefined && decodeLibraryTable(bytes).relationsOf(soname, []) !== undefined;
}
