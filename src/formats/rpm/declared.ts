import type {Declared, RelationKind} from '../../model/package.ts';
import type {InstallPath} from '../../model/paths.ts';
import {isConfig, isPacked, type ListedFile, toldOf} from './file-table.ts';
import type {Columns} from './opened-header.ts';
import {
	digestAlgorithms,
	fieldTags,
	readTags,
	scriptTags,
	signatureNames,
	type TriggerTags,
	triggerMoments,
	triggerTags,
} from './read-tags.ts';
import {tags} from './tags.ts';

const shell = '/bin/sh';

/** What the headers tell the package manager. Throws an ArtifactError (RPM_HEADER_BROKEN). */
export function declaredOf(
	{
		main: header,
		signature,
		withoutDigests,
	}: {readonly main: Columns; readonly signature: Columns; readonly withoutDigests: boolean},
	files: readonly ListedFile[],
	owners: Declared['owners'],
): Declared {
	return {
		relations: relationsOf(header),
		scripts: new Map([...scriptsOf(header), ...triggerTags.flatMap(group => triggersOf(header, group))]),
		conffiles: files.filter(isConfig).map(file => file.path),
		owners,
		digests: withoutDigests ? undefined : digestsOf(header, files),
		signatures: Object.entries(signatureNames).flatMap(([tag, name]) => (signature.has(Number(tag)) ? [name] : [])),
		fields: new Map([...fieldsOf(header), ...toldOf(files, header)]),
	};
}

const relationTags: Readonly<Partial<Record<RelationKind, readonly [names: number, flags: number, versions: number]>>> =
	{
		requires: [tags.requireNames, tags.requireFlags, tags.requireVersions],
		provides: [tags.provideNames, tags.provideFlags, tags.provideVersions],
		conflicts: [readTags.conflictNames, readTags.conflictFlags, readTags.conflictVersions],
		replaces: [readTags.obsoleteNames, readTags.obsoleteFlags, readTags.obsoleteVersions],
		recommends: [readTags.recommendNames, readTags.recommendFlags, readTags.recommendVersions],
		suggests: [readTags.suggestNames, readTags.suggestFlags, readTags.suggestVersions],
		enhances: [readTags.enhanceNames, readTags.enhanceFlags, readTags.enhanceVersions],
	};

function relationsOf(header: Columns): Declared['relations'] {
	const relations: Partial<Record<RelationKind, readonly string[]>> = {};
	for (const [kind, columns] of Object.entries(relationTags)) {
		const lines = linesOf(header, columns);
		if (lines.length > 0) {
			relations[kind as RelationKind] = lines;
		}
	}

	return relations;
}

/** `name >= 1:2.0-1`, as `rpm -qpR` shows it. */
function linesOf(header: Columns, [names, flags, versions]: readonly [number, number, number]): string[] {
	const name = header.texts(names);
	if (name === undefined) {
		return [];
	}

	const flag = header.numbers(flags, name.count);
	const version = header.texts(versions, name.count);
	return Array.from({length: name.count}, (_, at) => lineOf(name.at(at), flag?.at(at) ?? 0, version?.at(at) ?? ''));
}

function lineOf(name: string, flags: number, version: string): string {
	// RPMSENSE_LESS, _GREATER, _EQUAL.
	const operator = `${flags & 2 ? '<' : ''}${flags & 4 ? '>' : ''}${flags & 8 ? '=' : ''}`;
	return [name, operator, version].filter(part => part !== '').join(' ');
}

function scriptsOf(header: Columns): [string, string][] {
	return Object.entries(scriptTags)
		.filter(([, [text, program]]) => header.has(text) || header.has(program))
		.map(([name, [text, program]]) => [named(name, commandOf(header, program)), header.text(text)]);
}

/** A program and its arguments; a shell where nothing is said. */
function commandOf(header: Columns, tag: number): string {
	return header.shown(tag) || shell;
}

function named(name: string, program: string): string {
	return program === shell ? name : `${name} -p ${program}`;
}

/** `%triggerin -- name >= 1.0`, as a spec file has it; the script may serve several conditions. */
function triggersOf(header: Columns, group: TriggerTags): [string, string][] {
	const scripts = header.texts(group.scripts);
	if (scripts === undefined) {
		return [];
	}

	const conditions = conditionsOf(header, group);
	const programs = header.texts(group.programs);
	return Array.from({length: scripts.count}, (_, at) => {
		const mine = conditions.get(at) ?? [];
		const moment = Object.entries(triggerMoments).find(([, bit]) => mine.some(({flags}) => (flags & bit) !== 0));
		const name = `${group.prefix}${moment?.[0] ?? 'trigger'}`;
		const program = programs !== undefined && at < programs.count ? programs.at(at) : shell;
		return [`${named(name, program)} -- ${mine.map(({line}) => line).join(', ')}`, scripts.at(at)];
	});
}

interface Condition {
	readonly line: string;
	readonly flags: number;
}

/** By the index of the script that they call. */
function conditionsOf(header: Columns, group: TriggerTags): ReadonlyMap<number, readonly Condition[]> {
	const lines = linesOf(header, [group.names, group.flags, group.versions]);
	const flags = header.numbers(group.flags, lines.length);
	const indexes = header.numbers(group.indexes, lines.length);
	const conditions = new Map<number, Condition[]>();
	for (const [at, line] of lines.entries()) {
		const script = indexes?.at(at) ?? 0;
		const known = conditions.get(script) ?? [];
		known.push({line, flags: flags?.at(at) ?? 0});
		conditions.set(script, known);
	}

	return conditions;
}

function digestsOf(header: Columns, files: readonly ListedFile[]): Declared['digests'] {
	// A ghost has the digest that it had in the build root, and no bytes.
	const written = header.texts(tags.fileDigests, files.length);
	if (
		written === undefined ||
		!files.some((file, at) => file.kind === 'file' && isPacked(file) && written.at(at) !== '')
	) {
		return undefined;
	}

	// Paths alone are kept: a map of every file is made only for who asks, and what shows a package does not.
	const paths = files.map(file => (file.kind === 'file' && isPacked(file) ? file.path : undefined));
	let made: ReadonlyMap<InstallPath, string> | undefined;

	const number = header.number(tags.fileDigestAlgorithm) ?? 1;
	return {
		algorithm: digestAlgorithms[number] ?? `algorithm ${number}`,
		get files() {
			made ??= new Map(
				paths.flatMap((path, at): Array<[InstallPath, string]> => {
					const digest = written.at(at);
					return path === undefined || digest === '' ? [] : [[path, digest]];
				}),
			);
			return made;
		},
	};
}

function fieldsOf(header: Columns): [string, string][] {
	const plain = Object.entries(fieldTags).map(([name, tag]): [string, string] => [name, header.shown(tag)]);
	const supplements = linesOf(header, [
		readTags.supplementNames,
		readTags.supplementFlags,
		readTags.supplementVersions,
	]);
	return [...plain, ['SUPPLEMENTS', supplements.join(', ')] as [string, string]].filter(([, value]) => value !== '');
}
