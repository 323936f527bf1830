import {compareDebVersions} from '../../codecs/deb-version-order.ts';
import {decodeLibraryTable} from '../../codecs/library-table.ts';
import {libraryData} from '../../host/library-data.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {LibraryTable} from '../../model/library-table.ts';
import type {NeededLibrary, NewPackage} from '../../model/package.ts';
import {compareBytes} from '../../model/paths.ts';
import {holdToRule} from '../setting-rule.ts';
import {debRelationSettings} from './relations.ts';

/** The packages that bring libraries, and what no package brings. */
export interface DebLibraries {
	/** Such as `libc6 (>= 2.34)`: each package once, with the highest version, sorted. */
	readonly relations: readonly string[];
	/** What no package of the target has, and the tree may do without. */
	readonly left: readonly NeededLibrary[];
}

const known = new WeakMap<NewPackage['needs'], Map<string, DebLibraries>>();

/**
 * What a package depends on for its libraries at a target. Asked more than once for each artifact, and looked up once.
 * Throws an ArtifactError: LIBRARY_UNKNOWN where the target has no package for one that the tree cannot do without,
 * LIBRARY_TABLE_MISSING where nothing is known of the target's libraries.
 */
export function debLibraries({needs}: NewPackage, target: string): DebLibraries {
	const byTarget = known.get(needs) ?? new Map<string, DebLibraries>();
	known.set(needs, byTarget);
	const found = byTarget.get(target) ?? librariesAt(needs.libraries, target);
	byTarget.set(target, found);
	return found;
}

function librariesAt(libraries: readonly NeededLibrary[], target: string): DebLibraries {
	const table = libraries.length === 0 ? undefined : tableOf(target);
	const found = libraries.map(library => ({library, relations: relationsFor(library, table)}));
	const missing = found.filter(({relations}) => relations === undefined).map(({library}) => library);
	const certain = missing.find(({need}) => need === 'certain');
	if (certain) {
		throw unknown(certain, target);
	}

	return {relations: joined(found.flatMap(({relations = []}) => relations)), left: missing};
}

function tableOf(target: string): LibraryTable {
	const bytes = libraryData(target);
	if (bytes === undefined) {
		throw new ArtifactError(`nothing is known of the libraries of ${target}`, {
			code: 'LIBRARY_TABLE_MISSING',
			format: 'deb',
			hint: 'install venvpack again, choose another target, or name the packages yourself: see [libraries]',
		});
	}

	return decodeLibraryTable(bytes);
}

function relationsFor(library: NeededLibrary, table: LibraryTable | undefined): readonly string[] | undefined {
	const {soname, asked, declared} = library;
	if (declared.deb !== undefined) {
		return [checkedRelation(declared.deb, soname)];
	}

	// The tables are of amd64; the loader of every machine has a name of its own, and is in the package of its libc.
	return table?.relationsOf(soname, asked) ?? (/^ld(?:64|-linux[\w-]*)\.so\.\d$/.test(soname) ? ['libc6'] : undefined);
}

function checkedRelation(text: string, soname: string): string {
	const subject = `${JSON.stringify(text)} in libraries.declare, for ${soname}`;
	holdToRule(debRelationSettings.depends?.rule, {text, subject, format: 'deb'});
	return text.trim();
}

/** Each package once, with the highest of its minima; alternatives and other relations as they stand. */
function joined(relations: readonly string[]): string[] {
	const minima = new Map<string, string>();
	const others = new Set<string>();
	for (const relation of relations) {
		const [, name, minimum = ''] = /^([\w.+:-]+)(?: \(>= ([^)]+)\))?$/.exec(relation) ?? [];
		if (name === undefined) {
			others.add(relation);
		} else {
			const sofar = minima.get(name) ?? '';
			minima.set(name, sofar === '' || (minimum !== '' && compareDebVersions(sofar, minimum) < 0) ? minimum : sofar);
		}
	}

	return [...[...minima].map(([name, minimum]) => withOldName(name, minimum)), ...others].sort(compareBytes);
}

/** What was renamed for 64-bit times is the same library under its old name on machines whose times had 64 bits before. */
function withOldName(name: string, minimum: string): string {
	const version = minimum === '' ? '' : ` (>= ${minimum})`;
	const old = name.endsWith('t64') ? ` | ${name.slice(0, -'t64'.length)}${version}` : '';
	return `${name}${version}${old}`;
}

function unknown({soname, by, asked}: NeededLibrary, target: string): ArtifactError {
	const [file = ''] = by;
	const more = by.length > 1 ? `, as ${by.length - 1} more do` : '';
	const versions = [...new Set(asked.map(({version}) => version))].filter(version => version !== 'Base');
	const about = versions.length > 0 ? ` (${versions.join(', ')})` : '';
	return new ArtifactError(`${file} needs ${soname}${about}${more}, and no package of ${target} brings it`, {
		code: 'LIBRARY_UNKNOWN',
		format: 'deb',
		hint: `bundle it (auditwheel repair does so for a wheel), name its package with [libraries] declare = {"${soname}" = "PACKAGE"}, or leave it to whoever installs with [libraries] ignore = ["${soname}"]`,
	});
}
