import {hash} from 'node:crypto';
import {carriedOf} from '../../check/carried-interpreter.ts';
import type {MetadataChange} from '../../model/comparison.ts';
import {fixedLayout, type Layout} from '../../model/layout.ts';
import type {RelationKind} from '../../model/package.ts';
import {nameOf} from '../../model/paths.ts';
import type {RecipeSource} from '../../model/recipe.ts';
import type {CarriedLibrary} from '../../model/summary.ts';
import type {Survey} from '../../model/survey.ts';
import {isSameFormat, type Pair, type Surveyed} from './surveyed.ts';

/** The values and lists of an artifact, by field, in the order in which they are told. */
type Facts = ReadonlyArray<readonly [field: string, values: readonly string[]]>;

/**
 * What differs in what the artifacts say of themselves. Fields that only one format has words for are compared within
 * one format; what one side does not say at all is no difference between formats.
 */
export function changedMetadata(pair: Pair): MetadataChange[] {
	const same = isSameFormat(pair);
	const [before, after] = [factsOf(pair.a, same), factsOf(pair.b, same)];
	const known = new Map(before);
	const fields = [...new Set([...before, ...after].map(([field]) => field))];
	const told = new Map(after);
	return fields.flatMap(field => {
		const [from, to] = [known.get(field) ?? [], told.get(field) ?? []];
		return from.length === 0 && to.length === 0 ? [] : changedValues(field, from, to);
	});
}

function factsOf(side: Surveyed, isSame: boolean): Facts {
	return [...commonFacts(side), ...venvFacts(side), ...(isSame ? declaredFacts(side) : [])];
}

/** Every format has them, or the manifest has; a format that says nothing of them is not asked. */
function commonFacts({pkg}: Surveyed): Facts {
	const {name, version, release} = pkg.metadata;
	const {manifest} = pkg;
	return [
		['name', said(name)],
		['version', said(version)],
		['release', said(release)],
		['architecture', said(pkg.arch)],
		['prefix', pkg.prefix === '/' ? [] : [pkg.prefix]],
		['time', manifest ? [new Date(manifest.epoch * 1000).toISOString().replace('.000Z', 'Z')] : []],
		['made by', manifest ? [`venvpack ${manifest.venvpack}`] : []],
		['built with', manifest?.recipe ? [`Python ${manifest.recipe.python}`] : []],
		['build tool', (manifest?.recipe?.sources ?? []).flatMap(toolsOf)],
	];
}

function toolsOf({name, tools = []}: RecipeSource): string[] {
	return tools.map(tool => `${tool.replace('==', ' ')} for ${name}`);
}

function venvFacts({survey, pkg}: Surveyed): Facts {
	const {venv} = survey;
	const minimum = pkg.manifest?.python.minimum ?? '';
	const lowest = minimum.split('.').length > 2 ? `, ${minimum} or later` : '';
	const carried = carriedOf({pkg}, survey);
	const place = venv?.bundled ? 'its own' : `at ${venv?.interpreter}${lowest}`;
	return [
		['layout', pkg.manifest && venv ? [layoutText(pkg.manifest.layout)] : []],
		['interpreter', venv?.interpreter ? [`Python ${carried?.version ?? venv.minor} ${place}`] : []],
		['carried library', (carried?.libraries ?? []).map(library => libraryText(library, survey))],
		['command', survey.scripts.map(({path}) => nameOf(path)).sort()],
		['service', survey.services.map(({path, starts, user}) => serviceText(nameOf(path), starts, user))],
	];
}

function layoutText({relocatable, bundle}: Layout = fixedLayout): string {
	const whose = bundle ? 'its interpreter inside' : 'with the interpreter of the machine';
	return `${relocatable ? 'may lie anywhere' : 'at its prefix alone'}, ${whose}`;
}

/** A library says no version of itself: its digest tells one build from another. */
function libraryText({soname, path, size}: CarriedLibrary, {digestOf}: Survey): string {
	return `${soname} of ${size.toLocaleString('en')} bytes, sha256 ${digestOf(path)?.slice(0, 12) ?? ''}`;
}

function serviceText(name: string, starts: readonly string[], user: string): string {
	return [name, ...starts.map(command => `starts ${command}`), ...(user === '' ? [] : [`as ${user}`])].join(' ');
}

const relationKinds: readonly RelationKind[] = [
	...(['requires', 'recommends', 'suggests', 'enhances', 'provides', 'conflicts', 'breaks', 'replaces'] as const),
];

/** Told under another name already. */
const knownField = /^(?:package|name|version|release|arch(?:itecture)?|sourcerpm|evr)$/i;

/** Sizes and digests follow from the files, which are compared themselves. */
const followingField = /size|digest|sha\d|md5|build-?(?:time|host|id)|cookie/i;

function declaredFacts({declared, pkg}: Surveyed): Facts {
	const {summary, description, license, maintainer, vendor, homepage} = pkg.metadata;
	const plain = {summary, description, license, maintainer, vendor, homepage};
	return [
		...Object.entries(plain).map(([field, value]) => [field, said(value)] as const),
		...relationKinds.map(kind => [kind, relationsOf(declared, kind, pkg.metadata.name)] as const),
		...[...declared.scripts].map(([name, text]) => [`script ${name}`, [shortScript(text)]] as const),
		['conffile', declared.conffiles],
		['signature', declared.signatures],
		...[...declared.fields]
			.filter(([field]) => !followingField.test(field) && !knownField.test(field))
			.map(([field, value]) => [`field ${field}`, said(value)] as const),
	];
}

/** That a package provides itself says its name, version and architecture once more. */
function relationsOf({relations}: Surveyed['declared'], kind: RelationKind, name: string): string[] {
	const isItself = (line: string) =>
		kind === 'provides' && line.includes(' = ') && firstWord(line).replace(/\(.*/, '') === name;
	return (relations[kind] ?? []).filter(line => !isItself(line)).sort();
}

function said(value: string): readonly string[] {
	return value === '' ? [] : [value];
}

function shortScript(text: string): string {
	const lines = text.trimEnd().split('\n').length;
	return `${lines} ${lines === 1 ? 'line' : 'lines'}, sha256 ${hash('sha256', text).slice(0, 12)}`;
}

/** Fields that hold one value, whose absence says nothing where the formats differ; all others are lists. */
const single = new Set([
	'name',
	'version',
	'release',
	'architecture',
	'prefix',
	'time',
	'made by',
	'built with',
	'interpreter',
	'layout',
]);

function changedValues(field: string, from: readonly string[], to: readonly string[]): MetadataChange[] {
	if (single.has(field)) {
		const isSilent = from.length === 0 || to.length === 0;
		return isSilent || from[0] === to[0] ? [] : [{field, from: from[0], to: to[0]}];
	}

	const gone = from.filter(value => !to.includes(value));
	const come = new Set(to.filter(value => !from.includes(value)));
	const changes = gone.map((value): MetadataChange => {
		const next = [...come].find(other => subjectOf(field, other) === subjectOf(field, value));
		if (next !== undefined) {
			come.delete(next);
		}

		return {field, from: value, to: next};
	});
	return [...changes, ...[...come].map(value => ({field, from: undefined, to: value}))];
}

/** What a value is about: `libc6` of `libc6 (>= 2.36)`. A field with one value is about that. */
function subjectOf(field: string, value: string): string {
	switch (field) {
		case 'command':
		case 'conffile':
		case 'signature':
			return value;
		case 'build tool':
			return value.replace(/ \S+ for /, ' for ');
		default:
			return isList(field) ? firstWord(value) : '';
	}
}

function isList(field: string): boolean {
	return field === 'service' || field === 'carried library' || relationKinds.some(kind => kind === field);
}

function firstWord(text: string): string {
	return /^\S+/.exec(text)?.[0] ?? text;
}
