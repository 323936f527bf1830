import {type Finding, findingOf} from '../model/findings.ts';
import {type InstallPath, parentOf} from '../model/paths.ts';
import type {Survey} from '../model/survey.ts';
import {bytecodeKinds as kinds} from './checks/bytecode-kinds.ts';
import {folderOf} from './folders.ts';
import {type Provenance, provenanceOf} from './provenance.ts';
import type {PycName} from './pyc-name.ts';

/** What was read of a pyc. */
export interface PycFacts {
	readonly path: InstallPath;
	readonly name: PycName;
	/** Whose magic number it has. */
	readonly minor: string | undefined;
	/** Its co_filename, where that is not the place of its source. */
	readonly filename: string | undefined;
	/** Of its source, hexadecimal; undefined where it goes by time. */
	readonly hash: string | undefined;
	readonly isChecked: boolean;
	/** Why it cannot be read. */
	readonly damage: string | undefined;
}

export interface BytecodeFacts {
	readonly prefix: InstallPath;
	/** Every `.py`, with its hashes where it has bytecode: one for each minor, in their order. */
	readonly sources: Map<InstallPath, readonly string[]>;
	/** Sources → the minors whose bytecode they have. */
	readonly compiled: Map<InstallPath, readonly string[]>;
	readonly pycs: PycFacts[];
}

/** What is wrong with the bytecode of a tree, once all of it was read. */
export function judgeBytecode(facts: BytecodeFacts, survey: Survey): Finding[] {
	const provenance = provenanceOf(survey);
	const minor = survey.venv?.minor ?? '';
	const read = facts.pycs.filter(({damage}) => damage === undefined);
	return [
		...facts.pycs.flatMap(pyc => judgePyc(pyc, {facts, minor, provenance})),
		...timestampFindings(read.filter(({name, hash}) => name.isCached && hash === undefined)),
		...foreignPaths(read),
		...missingFindings(facts, survey),
	];
}

interface Ground {
	readonly facts: BytecodeFacts;
	/** Of the venv; empty where nothing tells. */
	readonly minor: string;
	readonly provenance: Provenance;
}

/** The first thing that keeps an interpreter from taking it, and that is enough. */
function judgePyc(pyc: PycFacts, {facts, minor, provenance}: Ground): Finding[] {
	const {path, name} = pyc;
	const severity = provenance.isRecorded(path) ? 'note' : undefined;
	const hasSource = facts.sources.has(name.source);
	if (!name.isCached) {
		return hasSource
			? [findingOf(kinds.misplaced, {path, message: `lies beside ${name.source}`, ...(severity && {severity})})]
			: sourceless(pyc, minor, severity);
	}

	if (name.minor === undefined || (minor !== '' && name.minor !== minor)) {
		const message =
			name.minor === undefined ? 'has a name that no CPython looks for' : `is for Python ${name.minor}, not ${minor}`;
		return [findingOf(kinds.otherPython, {path, message, ...(severity && {severity})})];
	}

	if (!hasSource) {
		return [findingOf(kinds.withoutSource, {path, message: `is the bytecode of ${name.source}, which is not there`})];
	}

	return unfit(pyc, facts);
}

/** A module that is delivered as bytecode alone: allowed, and then it has to be right. */
function sourceless(pyc: PycFacts, minor: string, severity: 'note' | undefined): Finding[] {
	const {path, damage} = pyc;
	if (damage !== undefined) {
		return [findingOf(kinds.damaged, {path, message: `cannot be read: ${damage}`, ...(severity && {severity})})];
	}

	if (minor === '' || pyc.minor === minor) {
		return [];
	}

	const message = `has ${numberOf(pyc)}, is all there is of its module, and Python ${minor} does not import it`;
	return [findingOf(kinds.magic, {path, message, severity: severity ?? 'error'})];
}

function unfit(pyc: PycFacts, facts: BytecodeFacts): Finding[] {
	const {path, name, damage, hash, isChecked} = pyc;
	if (damage !== undefined) {
		return [findingOf(kinds.damaged, {path, message: `cannot be read: ${damage}`})];
	}

	if (pyc.minor !== name.minor) {
		return [findingOf(kinds.magic, {path, offset: 0, message: `has ${numberOf(pyc)}, not that of ${name.minor}`})];
	}

	const at = facts.compiled.get(name.source)?.indexOf(name.minor ?? '') ?? -1;
	const source = facts.sources.get(name.source)?.[at];
	if (hash === undefined || !source || hash === source) {
		return [];
	}

	const how = isChecked ? 'is compiled anew at each start' : 'is run all the same';
	const message = `was compiled from another ${name.source} than the one beside it, and ${how}`;
	return [findingOf(kinds.stale, {path, offset: 8, message, ...(isChecked ? {severity: 'warning' as const} : {})})];
}

function numberOf({minor}: PycFacts): string {
	return minor === undefined ? 'a magic number of no release' : `the magic number of Python ${minor}`;
}

/** All of them have the one cause: who compiled. */
function timestampFindings(pycs: readonly PycFacts[]): Finding[] {
	const [first] = pycs;
	return first
		? [
				findingOf(kinds.timestamp, {
					path: first.path,
					offset: 4,
					message: `goes by the time of its source${andMore(pycs)}`,
				}),
			]
		: [];
}

/** One for each place that the tree was compiled in. Relative names and those in brackets name no place. */
function foreignPaths(pycs: readonly PycFacts[]): Finding[] {
	const byRoot = Map.groupBy(
		pycs.filter(({filename}) => filename?.startsWith('/')),
		({filename = '', name}) => rootOf(filename, name.source),
	);
	return [...byRoot].flatMap(([root, found]) => {
		const [first] = found;
		const place = root === '' ? `as ${first?.filename}` : `below ${root}`;
		return first
			? [findingOf(kinds.foreignPath, {path: first.path, message: `was compiled ${place}${andMore(found)}`})]
			: [];
	});
}

/** What stands before the part that both paths end with: where the tree lay. */
export function rootOf(filename: string, source: InstallPath): string {
	const theirs = filename.split('/');
	const ours = source.split('/');
	let same = 0;
	while (same < Math.min(theirs.length, ours.length) - 1 && theirs.at(-1 - same) === ours.at(-1 - same)) {
		same++;
	}

	return same === 0 ? '' : theirs.slice(0, theirs.length - same).join('/') || '/';
}

function andMore({length}: readonly unknown[]): string {
	return length > 1 ? `, and so do ${length - 1} more` : '';
}

/** One for the whole where nothing was compiled; else one a folder. */
function missingFindings({sources, compiled, pycs}: BytecodeFacts, {venv}: Survey): Finding[] {
	const {sitePackages: folders = [], standardLibrary} = venv ?? {};
	const known = new Set(standardLibrary === undefined ? folders : [...folders, standardLibrary]);
	const lacking = [...sources.keys()].filter(path => !compiled.has(path) && folderOf(path, known) !== undefined);
	const [first = '/' as InstallPath] = folders;
	if (pycs.length === 0 && lacking.length > 0) {
		return [findingOf(kinds.missing, {path: first, message: `none of its ${lacking.length} sources has bytecode`})];
	}

	return [...Map.groupBy(lacking, parentOf)].map(([path, names]) => {
		const [example = ''] = names;
		const many = names.length > 1 ? `${names.length} sources have` : `${example.slice(path.length + 1)} has`;
		return findingOf(kinds.missing, {path, message: `${many} no bytecode`});
	});
}
