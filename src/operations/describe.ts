import {createHash} from 'node:crypto';
import {isDeepStrictEqual} from 'node:util';
import {lowestPython} from '../codecs/requires-python.ts';
import type {Additions} from '../model/additions.ts';
import type {Documents} from '../model/documents.ts';
import {InputError} from '../model/errors.ts';
import {fixedLayout} from '../model/layout.ts';
import {noLibraryWishes} from '../model/libraries.ts';
import type {ManifestSummary} from '../model/manifest.ts';
import type {Distribution} from '../model/metadata.ts';
import type {Needs, NewPackage} from '../model/package.ts';
import {below, compareBytes} from '../model/paths.ts';
import type {Plan} from '../model/plan.ts';
import {manifestName} from '../model/prefix.ts';
import type {RecordedInterpreter} from '../model/python-archive.ts';
import type {Recipe, RecipeSource} from '../model/recipe.ts';
import type {Relocated, Staged} from '../model/staged.ts';
import type {Tree} from '../model/tree.ts';
import {treeWith} from './edition.ts';

export interface PackageParts {
	readonly plan: Plan;
	readonly staged: Staged;
	readonly relocated: Relocated;
	/** As uname(1) says, or `any`. */
	readonly arch: string;
	/** Of venvpack itself. */
	readonly version: string;
	/** The distributions that are no wheel of an index. */
	readonly sources: readonly RecipeSource[];
	/** Shared libraries that the tree needs and does not hold. */
	readonly libraries: Needs['libraries'];
	/** The lowest glibc that has all that is asked of it; empty where nothing is. */
	readonly glibc: string;
	/** What the distributions say of who owns them. */
	readonly notices: NewPackage['notices'];
	/** What the package holds beside the venv. */
	readonly additions: Additions;
	/** The interpreter that comes along, where one does. */
	readonly interpreter?: RecordedInterpreter | undefined;
}

/** Puts together what every format writes: the relocated tree with a place for the manifest, and what is said of it. */
export function packageOf(parts: PackageParts): NewPackage {
	const {plan, staged, relocated, arch} = parts;
	const needs = {...needsOf(plan, staged.distributions), libraries: parts.libraries, glibc: parts.glibc};
	const manifestPath = below(plan.prefix, manifestName);
	return {
		metadata: plan.metadata,
		prefix: plan.prefix,
		arch,
		tree: withManifest(treeWith(relocated.tree, parts.additions.entries).tree, manifestPath),
		manifestPath,
		manifest: summaryOf(parts, needs),
		epoch: plan.epoch,
		needs,
		distributions: staged.distributions,
		treatment: parts.additions,
		notices: parts.notices,
		documents: plan.documents,
	};
}

function withManifest(tree: Tree, path: NewPackage['manifestPath']): Tree {
	const manifest = {kind: 'file', path, mode: 0o644, content: {kind: 'bytes', bytes: new Uint8Array()}} as const;
	if (tree.entries.some(entry => entry.path === path)) {
		throw new InputError(`a wheel or a hook put a file at ${path}, where the manifest belongs`, {
			code: 'MANIFEST_OCCUPIED',
			hint: 'have it write elsewhere',
			input: path,
		});
	}

	const before = tree.entries.findIndex(entry => compareBytes(entry.path, path) > 0);
	return {entries: tree.entries.toSpliced(before < 0 ? tree.entries.length : before, 0, manifest)};
}

function needsOf(plan: Plan, distributions: readonly Distribution[]): Pick<Needs, 'interpreter'> {
	const {target, minor} = plan.input.python;
	const lowest = lowestPython(
		minor,
		distributions.map(distribution => distribution.requiresPython),
	);
	const minimum = lowest === undefined || lowest === `${minor}.0` ? minor : lowest;
	return {interpreter: {path: target, minor, minimum}};
}

/** The console and GUI scripts that distributions bring, by name, sorted. */
function scriptsOf(distributions: readonly Distribution[]): string[] {
	return [...new Set(distributions.flatMap(({scripts}) => scripts))].sort();
}

function summaryOf({plan, staged, arch, version, sources, interpreter}: PackageParts, needs: Needs): ManifestSummary {
	const {metadata} = plan;
	const hooks = plan.input.hooks.map(({command}) => ({command}));
	const distributions = staged.distributions.map(({name, version: itsVersion, license, origin, wheel, sha256}) => ({
		name,
		version: itsVersion,
		license,
		origin,
		wheel,
		sha256,
	}));
	const scripts = scriptsOf(staged.distributions);
	return {
		manifest: 1,
		venvpack: version,
		name: metadata.name,
		version: metadata.version,
		release: metadata.release,
		summary: metadata.summary,
		license: metadata.license,
		arch,
		prefix: plan.prefix,
		python: needs.interpreter,
		...layoutOf(plan),
		needs: {glibc: needs.glibc, libraries: needs.libraries.map(({soname}) => soname)},
		distributions,
		scripts,
		inputs: digestOf({
			version,
			prefix: plan.prefix,
			python: needs.interpreter,
			distributions,
			hooks,
			strip: plan.input.strip || undefined,
			...layoutOf(plan),
			interpreter,
		}),
		epoch: plan.epoch,
		allowedLeaks: plan.allowLeaks,
		recipe: recipeOf(plan, sources, interpreter),
	};
}

/** Nothing is said of the ordinary. */
function layoutOf({input: {layout}}: Plan): Pick<ManifestSummary, 'layout'> {
	return isDeepStrictEqual(layout, fixedLayout) ? {} : {layout};
}

/** A rebuild follows its recipe, and says the same of itself as far as it did. */
function recipeOf(
	{input, metadata, wishes, files, documents, expose, units, libraries, sbom}: Plan,
	sources: readonly RecipeSource[],
	interpreter: RecordedInterpreter | undefined,
): Recipe {
	const {description, maintainer, vendor, homepage} = metadata;
	return {
		input: input.rebuild?.recipe.input ?? input.input.kind,
		extras: input.extras,
		groups: input.groups,
		python: input.python.version,
		...(interpreter ? {interpreter} : {}),
		sources,
		hooks: input.hooks.map(hook => hook.written ?? hook.command),
		...(input.strip ? {strip: true} : {}),
		metadata: {description, maintainer, vendor, homepage},
		wishes,
		...(files.length === 0 ? {} : {files}),
		...documentNames(documents),
		...(expose.length === 0 ? {} : {expose}),
		...(sbom ? {} : {sbom}),
		...(units.length === 0 ? {} : {units}),
		...(isDeepStrictEqual(libraries, noLibraryWishes) ? {} : {libraries}),
	};
}

function documentNames({changelog, docs}: Documents): Pick<Recipe, 'documents'> {
	return changelog === undefined && docs.length === 0
		? {}
		: {documents: {...(changelog ? {changelog: changelog.name} : {}), docs: docs.map(({name}) => name)}};
}

function digestOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
