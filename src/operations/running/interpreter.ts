import {factsOf, type InterpreterFacts, interpreterProbe} from '../../check/running/interpreter-probe.ts';
import {importFailed, interpreterFailed, outsideFile, prefixWrong} from '../../check/running/kinds.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {below, type InstallPath, installPath} from '../../model/paths.ts';
import {Allowed} from './allowed.ts';
import {howItEnded} from './ending.ts';
import type {Ground} from './ground.ts';

export interface InterpreterVerdict {
	readonly findings: readonly Finding[];
	/** Undefined where nothing can run with it, or what runs would not be the package. */
	readonly facts: InterpreterFacts | undefined;
}

/** What starting an interpreter and importing five modules may take on a machine that is busy. */
const seconds = 120;

/** Asks the installed interpreter where it looks, and what it loads from where. */
export async function judgeInterpreter(ground: Ground): Promise<InterpreterVerdict> {
	const {sandbox, venv} = ground;
	const python = below(venv.root, 'bin/python');
	const ended = await sandbox.run([python, '-I', '-c', interpreterProbe], {seconds});
	const facts = ended.code === 0 ? factsOf(ended.stdout) : undefined;
	if (facts === undefined) {
		const message = howItEnded(ended);
		return {findings: [findingOf(interpreterFailed, {path: python, message})], facts: undefined};
	}

	const wrong = wrongPlaces(facts, ground).map(message => findingOf(prefixWrong, {path: python, message}));
	if (wrong.length > 0) {
		return {findings: wrong, facts: undefined};
	}

	return {findings: [...outside(facts, ground), ...standardLibrary(facts, python)], facts};
}

function wrongPlaces(facts: InterpreterFacts, {venv, base}: Ground): readonly string[] {
	const wrong: string[] = [];
	if (facts.prefix !== venv.root) {
		wrong.push(`sys.prefix is ${facts.prefix}, not ${venv.root}`);
	}

	if (venv.minor !== '' && facts.version !== venv.minor) {
		wrong.push(`it is Python ${facts.version}, and the modules were installed for ${venv.minor}`);
	}

	const allowed = new Allowed({venv, base});
	const isBaseOwn = base.isBundled ? allowed.module(facts.basePrefix) : base.path.startsWith(`${facts.basePrefix}/`);
	if (!isBaseOwn && !(facts.basePrefix === '/usr' && base.path.startsWith('/bin/'))) {
		wrong.push(`sys.base_prefix is ${facts.basePrefix}, and the interpreter is ${base.path}`);
	}

	for (const name of ['purelib', 'platlib', 'scripts', 'data']) {
		const place = facts.paths[name];
		if (wrong.length === 0 && place !== undefined && place !== venv.root && !place.startsWith(`${venv.root}/`)) {
			wrong.push(`sysconfig's ${name} is ${place}`);
		}
	}

	return wrong;
}

function outside(facts: InterpreterFacts, ground: Ground): readonly Finding[] {
	const allowed = new Allowed(ground);
	const python = below(ground.venv.root, 'bin/python');
	const loaded = facts.files.filter(file => file.startsWith('/') && !allowed.module(file));
	const mapped = facts.mapped.filter(file => file !== facts.program && !allowed.mapped(file));
	const entries = facts.path.filter(entry => entry !== '' && !allowed.module(entry));
	const found = [
		...loaded.map(file => ({path: python, message: `it loads ${file}`})),
		...mapped.filter(file => !loaded.includes(file)).map(file => ({path: python, message: `it maps ${file}`})),
		...entries.map(entry => ({path: python, message: `sys.path has ${entry}`})),
		...facts.pathFiles
			.filter(([, line]) => !allowed.module(line))
			.map(([file, line]) => ({path: pathOf(file, python), message: `a line of it adds ${line} to sys.path`})),
	];
	return found.map(one => findingOf(outsideFile, one));
}

function standardLibrary({failed}: InterpreterFacts, python: InstallPath): readonly Finding[] {
	return Object.entries(failed).map(([module, error]) =>
		findingOf(importFailed, {path: python, message: `import ${module}, of the standard library: ${error}`}),
	);
}

/** A path that a program told; what is none of a tree stands for `otherwise`. */
function pathOf(text: string, otherwise: InstallPath): InstallPath {
	try {
		return installPath(text);
	} catch {
		return otherwise;
	}
}
