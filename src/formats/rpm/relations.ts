import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import {isWithin} from '../../model/paths.ts';
import type {Compression} from '../../model/plan.ts';
import type {Target} from '../../model/target.ts';
import {rpmArch} from './arch.ts';
import {rpmLibraries} from './libraries.ts';
import {evr, rpmVersion} from './version.ts';

/** One line of Requires or Provides. */
export interface Relation {
	readonly name: string;
	/** RPMSENSE bits. */
	readonly flags: number;
	/** Empty where every version will do. */
	readonly version: string;
}

const operators: Readonly<Record<string, number>> = {'<': 2, '>': 4, '=': 8, '<=': 10, '>=': 12};
/** A feature of rpm itself, such as a payload's compression: an rpm without it refuses the package. */
const ofRpm = 0x1_00_00_00;

/** `NAME = EVR` and `NAME(ISA) = EVR`, nothing else: what a venv bundles is not there for the system. */
export function providesOf(pkg: NewPackage): readonly Relation[] {
	const version = evr(rpmVersion(pkg.metadata.version), pkg.metadata.release);
	const {isa} = rpmArch(pkg.arch);
	const names = [pkg.metadata.name, ...(isa === undefined ? [] : [`${pkg.metadata.name}(${isa})`])];
	return names.map(name => relation(name, '=', version));
}

/**
 * What rpm must find: the interpreter, the shared libraries that the tree does not hold, what the configuration adds, and
 * rpm's own features that the package uses.
 * Throws an ArtifactError (RPM_REQUIRES_INVALID) for a line of the configuration that is none.
 */
export function requiresOf(
	pkg: NewPackage,
	options: {
		readonly added: readonly string[];
		readonly compression: Compression;
		readonly large: boolean;
		readonly target: Target;
	},
): readonly Relation[] {
	const {capabilities, relations} = rpmLibraries(pkg);
	const needed = [
		...interpreterRelations(pkg, options.target),
		...capabilities.map(name => relation(name)),
		...[...relations, ...options.added].map(parseRelation),
	];
	const all = [...needed, ...features([...needed, ...providesOf(pkg)], options)];
	const unique = new Map(all.map(line => [`${line.name}\0${line.flags}\0${line.version}`, line]));
	return [...unique.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line);
}

/** Folders whose files no rpm owns (FHS 4.9, 3.8, 3.14): a dependency on one could never be met. */
const unpackaged = ['/usr/local', '/home', '/root'];

/**
 * The interpreter's path, which every rpm distribution's package lists, and its patch level where one matters. `python(abi)`
 * says the same of the minor to tools that go by it: Enterprise Linux lets every interpreter provide it, Fedora the default
 * one only (`python_abi_provides_for_alt_pythons` in their python3.X.spec); all provide `python3.X`.
 */
function interpreterRelations(pkg: NewPackage, target: Target): readonly Relation[] {
	const {path, minor, minimum} = pkg.needs.interpreter;
	if ([pkg.prefix, ...unpackaged].some(folder => isWithin(path, folder))) {
		return [];
	}

	const patch = minimum.slice(minor.length + 1);
	const isSystem = path === `/usr/bin/python${minor}`;
	const named = isSystem && patch !== '' && patch !== '0';
	const providers = target.id.startsWith('el') ? target.pythons : target.pythons.slice(0, 1);
	const hasAbi = isSystem && providers.some(version => version.startsWith(`${minor}.`));
	return [
		relation(path),
		...(hasAbi ? [relation('python(abi)', '=', minor)] : []),
		...(named ? [relation(`python${minor}`, '>=', minimum)] : []),
	];
}

function features(
	lines: readonly Relation[],
	{compression, large}: {readonly compression: Compression; readonly large: boolean},
): readonly Relation[] {
	const used: readonly (readonly [string, string, boolean])[] = [
		['CompressedFileNames', '3.0.4-1', true],
		['FileDigests', '4.6.0-1', true],
		['PayloadFilesHavePrefix', '4.0-1', true],
		['LargeFiles', '4.12.0-1', large],
		['PayloadIsZstd', '5.4.18-1', compression.method === 'zstd'],
		['PayloadIsXz', '5.2-1', compression.method === 'xz'],
		['RichDependencies', '4.12.0-1', lines.some(line => line.name.startsWith('('))],
		['TildeInVersions', '4.10.0-1', lines.some(line => `${line.name}${line.version}`.includes('~'))],
		['CaretInVersions', '4.15.0-1', lines.some(line => `${line.name}${line.version}`.includes('^'))],
	];
	return used
		.filter(([, , needed]) => needed)
		.map(([name, version]) => {
			const line = relation(`rpmlib(${name})`, '<=', version);
			return {...line, flags: line.flags + ofRpm};
		});
}

function relation(name: string, operator = '', version = ''): Relation {
	return {name, flags: operators[operator] ?? 0, version};
}

const plainLine = /^(?<name>[\w/][^\s,<>=]*)(?:\s*(?<operator>[<>]=?|=)\s*(?<version>[\w.+~^:-]+))?$/;
const richLine = /^\(.+\)$/;

function parseRelation(line: string): Relation {
	const text = line.trim();
	const plain = plainLine.exec(text)?.groups;
	// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character in a header is what this keeps out.
	if ((plain === undefined && !richLine.test(text)) || /[\u0000-\u001f\u007f]/.test(text)) {
		throw new ArtifactError(`${JSON.stringify(line)} in rpm.requires is no requirement of rpm`, {
			code: 'RPM_REQUIRES_INVALID',
			format: 'rpm',
			hint: 'one a string, such as "openssl-libs", "libpq >= 15", "/usr/bin/env" or "(a or b)"',
		});
	}

	return plain === undefined ? relation(text) : relation(plain.name ?? '', plain.operator, plain.version);
}
