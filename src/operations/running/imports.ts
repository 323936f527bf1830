import {packagingFault} from '../../check/running/evidence.ts';
import {answersOf, type ImportAnswer, importProbe} from '../../check/running/import-probe.ts';
import type {InterpreterFacts} from '../../check/running/interpreter-probe.ts';
import {importFailed, outsideFile} from '../../check/running/kinds.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {below, type InstallPath} from '../../model/paths.ts';
import type {InstalledDistribution} from '../../model/survey.ts';
import {Allowed} from './allowed.ts';
import type {Ground, Judgement} from './ground.ts';
import {unprovable} from './unprovable.ts';

/** Bytes: what one argument of a program holds is limited to 128 KiB (MAX_ARG_STRLEN). */
const mostArgument = 60_000;

export interface ImportVerdict extends Judgement {
	/** How many modules were asked. */
	readonly modules: number;
}

/** Imports every top-level module of every distribution; what fails is asked again in the control venv. */
export async function judgeImports(ground: Ground, facts: InterpreterFacts): Promise<ImportVerdict> {
	const owners = new Map<string, InstalledDistribution>();
	for (const distribution of ground.survey.distributions) {
		if (isOnPath(distribution, facts)) {
			for (const module of distribution.topLevel) {
				owners.set(module, owners.get(module) ?? distribution);
			}
		}
	}

	const modules = [...owners.keys()].sort();
	const answers = await importAll(below(ground.venv.root, 'bin/python'), modules, ground);
	const failed = answers.filter(({ok}) => !ok).map(({module}) => module);
	const control = new Map(
		(await importAll(below(ground.control, 'bin/python'), failed, ground)).map(answer => [answer.module, answer]),
	);
	const allowed = new Allowed(ground);
	const judged: Judged = {ground, facts, control};
	const findings = answers.flatMap(answer => {
		const path = owners.get(answer.module)?.path ?? ground.venv.root;
		return [...judgeFailure(answer, path, judged), ...judgeFiles(answer, path, allowed)];
	});
	return {findings, unproven: answers.flatMap(answer => awaited(answer, ground)), modules: modules.length};
}

/** A distribution inside another's folder (vendored, or of a bundled interpreter) is not on sys.path. */
function isOnPath({path}: InstalledDistribution, {path: places}: InterpreterFacts): boolean {
	return places.includes(path.slice(0, path.lastIndexOf('/')));
}

async function importAll(
	python: InstallPath,
	modules: readonly string[],
	{sandbox, base, venv, control, seconds, jobs}: Ground,
): Promise<readonly ImportAnswer[]> {
	const answers: ImportAnswer[] = [];
	const {roots} = new Allowed({venv, base});
	for (const part of parts(modules)) {
		const asked = JSON.stringify({modules: part, seconds, jobs, roots: [...roots, control]});
		const limit = seconds * Math.ceil(part.length / jobs) + seconds;
		const ended = await sandbox.run([python, '-I', '-c', importProbe, asked], {seconds: limit});
		const told = answersOf(ended.stdout);
		const silent = part.filter(module => !told.some(answer => answer.module === module));
		answers.push(...told, ...silent.map(module => unanswered(module, ended.tail)));
	}

	return answers;
}

function unanswered(module: string, tail: string): ImportAnswer {
	return {module, ok: false, error: 'the interpreter ended before it', trace: tail, files: [], libraries: []};
}

function parts(modules: readonly string[]): readonly (readonly string[])[] {
	const all: string[][] = [];
	let size = mostArgument;
	for (const module of modules) {
		const own = Buffer.byteLength(module) + 3;
		if (size + own > mostArgument) {
			all.push([]);
			size = 0;
		}

		all.at(-1)?.push(module);
		size += own;
	}

	return all;
}

/** What a library would tell that this machine lacks and the target will have. */
function awaited({ok, trace = '', module}: ImportAnswer, {promises, survey}: Ground): string[] {
	const why = ok ? undefined : unprovable(trace, promises, survey);
	return why === undefined ? [] : [`import ${module}: ${why}`];
}

interface Judged {
	readonly ground: Ground;
	readonly facts: InterpreterFacts;
	readonly control: ReadonlyMap<string, ImportAnswer>;
}

function judgeFailure(answer: ImportAnswer, path: InstallPath, {ground, facts, control}: Judged): Finding[] {
	if (answer.ok) {
		return [];
	}

	const {survey, venv, base, promises} = ground;
	if (unprovable(answer.trace ?? '', promises, survey) !== undefined) {
		return [];
	}

	const allowed = new Allowed({venv, base});
	const strayPaths = facts.pathFiles.map(([, line]) => line).filter(line => !allowed.module(line));
	const known = {survey, prefix: venv.root, strayPaths, subject: answer.module};
	const message = `import ${answer.module}: ${answer.error ?? 'failed'}`;
	const fault = packagingFault(answer.trace ?? answer.error ?? '', known);
	if (fault !== undefined) {
		return [findingOf(importFailed, {path, message: `${message}; ${fault}`})];
	}

	const other = control.get(answer.module);
	return other !== undefined && !other.ok
		? [findingOf(importFailed, {path, severity: 'note', message: `${message}; so it does in a plain venv`})]
		: [findingOf(importFailed, {path, message: `${message}; in a plain venv of the same files it works`})];
}

function judgeFiles({module, files, libraries}: ImportAnswer, path: InstallPath, allowed: Allowed): Finding[] {
	const foreign = [...files, ...libraries.filter(file => !allowed.mapped(file) && !files.includes(file))];
	return foreign.map(file => findingOf(outsideFile, {path, message: `import ${module} loads ${file}`}));
}
