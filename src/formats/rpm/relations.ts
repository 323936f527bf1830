import type {NewPackage} from '../../model/package.ts';
import {isWithin} from '../../model/paths.ts';
import type {Compression} from '../../model/plan.ts';
import type {SettingValues} from '../../model/settings.ts';
import type {Target} from '../../model/target.ts';
import {rpmArch} from './arch.ts';
import {rpmLibraries} from './libraries.ts';
import {bundledDistributions} from './python-distributions.ts';
import {type Relation, relation, sortedRelations} from './relation.ts';
import {askedRelations, otherRelations, parseRelation} from './relation-settings.ts';
import {rpmScripts, scriptRelations} from './scripts.ts';
import {triggerConditions, triggerRelations} from './triggers.ts';
import {evr, rpmVersion} from './version.ts';

/** A feature of rpm itself, such as a payload's compression: an rpm without it refuses the package. */
const ofRpm = 0x1_00_00_00;
/** RPMSENSE_CONFIG: how rpmbuild marks that a package has configuration files. */
const ofConfig = 0x10_00_00_00;

export interface RelationOptions {
	readonly settings: SettingValues;
	readonly compression: Compression;
	/** Whether a file is too large for a plain member of cpio. */
	readonly large: boolean;
	readonly target: Target;
}

/**
 * `NAME = EVR`, `NAME(ISA) = EVR`, what is bundled, and what the configuration adds: a venv's modules and libraries are not
 * there for the system. Throws an ArtifactError (RPM_RELATION_INVALID).
 */
export function providesOf(
	pkg: NewPackage,
	{settings, target}: Pick<RelationOptions, 'settings' | 'target'>,
): readonly Relation[] {
	const {isa} = rpmArch(pkg.arch);
	const names = [pkg.metadata.name, ...(isa === undefined ? [] : [`${pkg.metadata.name}(${isa})`])];
	const bundled = bundledDistributions(pkg.distributions).map(({name, version}) =>
		// An rpm that knows no caret would refuse the package for its sake.
		version === '' || (version.includes('^') && !knowsCaret(target)) ? relation(name) : relation(name, '=', version),
	);
	return sortedRelations([
		...names.map(name => relation(name, '=', evrOf(pkg))),
		...configRelations(pkg),
		...bundled,
		...askedRelations('provides', settings),
	]);
}

function evrOf({metadata: {version, release}}: NewPackage): string {
	return evr(rpmVersion(version), release);
}

/** As rpmbuild has it (build/files.c): a package with configuration files provides and requires them. */
function configRelations(pkg: NewPackage): readonly Relation[] {
	const {tree, treatment, metadata} = pkg;
	const hasConfig = tree.entries.some(({path}) => treatment.marks.get(path)?.role === 'conffile');
	const line = relation(`config(${metadata.name})`, '=', evrOf(pkg));
	return hasConfig ? [{...line, flags: line.flags + ofConfig}] : [];
}

/** rpm 4.15 and later. */
function knowsCaret({packagerVersion}: Target): boolean {
	const [major = 0, minor = 0] = packagerVersion.split('.').map(Number);
	return major > 4 || minor >= 15;
}

/**
 * What rpm must find: the interpreter, the shared libraries that the tree does not hold, what the configuration adds, and
 * rpm's own features that the package uses. Throws an ArtifactError (RPM_RELATION_INVALID).
 */
export function requiresOf(pkg: NewPackage, options: RelationOptions): readonly Relation[] {
	const {capabilities, relations} = rpmLibraries(pkg);
	const needed = [
		...interpreterRelations(pkg, options.target),
		...configRelations(pkg),
		...capabilities.map(name => relation(name)),
		...relations.map(line => parseRelation(line, 'requires')),
		...askedRelations('requires', options.settings),
		...scriptRelations(rpmScripts(pkg, options.settings)),
		...triggerRelations(options.settings),
	];
	const others = [
		...otherRelations(options.settings).flatMap(({lines}) => lines),
		...triggerConditions(options.settings),
	];
	return sortedRelations([...needed, ...features([...needed, ...others, ...providesOf(pkg, options)], options)]);
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
