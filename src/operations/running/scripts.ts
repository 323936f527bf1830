import {packagingFault} from '../../check/running/evidence.ts';
import type {InterpreterFacts} from '../../check/running/interpreter-probe.ts';
import {scriptFailed, scriptMissing} from '../../check/running/kinds.ts';
import type {Ended} from '../../host/confined.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {below, type InstallPath, parentOf} from '../../model/paths.ts';
import {Allowed} from './allowed.ts';
import {howItEnded} from './ending.ts';
import {atATime, type Ground, type Judgement} from './ground.ts';
import {unprovable} from './unprovable.ts';

/** A program of bin that is started. */
interface Started {
	readonly path: InstallPath;
	/** Such as `pkg.module:main`; empty for what is no entry point. */
	readonly entryPoint: string;
	/** Whether the control venv's interpreter can read it. */
	readonly isPython: boolean;
	/** What its first line names; empty for what has none. */
	readonly interpreter: string;
}

export interface ScriptVerdict extends Judgement {
	/** How many were started. */
	readonly scripts: number;
}

/** Starts every console and GUI script, and what else of bin is Python or ELF, with --help. */
export async function judgeScripts(ground: Ground, facts: InterpreterFacts): Promise<ScriptVerdict> {
	const declared = declaredScripts(ground);
	const present = new Map(ground.survey.scripts.map(script => [script.path, script]));
	const missing = [...declared].filter(([path]) => !present.has(path));
	const started = ground.survey.scripts.flatMap(({path, kind, shebang}): Started[] => {
		const interpreter = shebang?.interpreter ?? '';
		const isPython = /python[\d.]*$/.test(interpreter);
		const entryPoint = declared.get(path) ?? '';
		return isPython || kind === 'elf' || entryPoint !== '' ? [{path, entryPoint, isPython, interpreter}] : [];
	});
	const judged = await atATime(ground.jobs, started, script => judgeScript(script, ground, facts));
	return {
		findings: [
			...missing.map(([path, entryPoint]) =>
				findingOf(scriptMissing, {path, message: `the entry point ${entryPoint} has no script in bin`}),
			),
			...judged.flatMap(({findings}) => findings),
		],
		unproven: judged.flatMap(one => one.unproven),
		scripts: started.length,
	};
}

/** Where installers put the scripts of entry points, and what each is to call. */
function declaredScripts({survey, venv}: Ground): ReadonlyMap<InstallPath, string> {
	const own = survey.distributions.filter(({path}) => venv.sitePackages.includes(parentOf(path)));
	return new Map(
		own.flatMap(({entryPoints}) =>
			entryPoints
				.filter(({group, name}) => /^(?:console|gui)_scripts$/.test(group) && !/[/\0]|^\.*$/.test(name))
				.map(({name, value}) => [below(venv.root, `bin/${name}`), value.replace(/\s*\[.*$/, '')] as const),
		),
	);
}

async function judgeScript(script: Started, ground: Ground, facts: InterpreterFacts): Promise<Judgement> {
	const {sandbox, seconds, survey, promises} = ground;
	const {path} = script;
	const ended = await sandbox.run([path, '--help'], {seconds});
	if (ended.code === 0) {
		return {findings: [], unproven: []};
	}

	const why = unprovable(ended.tail, promises, survey);
	return why === undefined
		? {findings: await judgeFailure(ended, script, {ground, facts}), unproven: []}
		: {findings: [], unproven: [`${path}: ${why}`]};
}

interface Judged {
	readonly ground: Ground;
	readonly facts: InterpreterFacts;
}

async function judgeFailure(ended: Ended, script: Started, {ground, facts}: Judged): Promise<Finding[]> {
	const {seconds, survey, venv, base} = ground;
	const {path, entryPoint, interpreter} = script;
	const allowed = new Allowed({venv, base});
	const strayPaths = facts.pathFiles.map(([, line]) => line).filter(line => !allowed.module(line));
	const known = {survey, prefix: venv.root, strayPaths, subject: entryPoint.split(':')[0] ?? ''};
	const notFound = ended.code === 127 && interpreter !== '' ? `; its first line names ${interpreter}` : '';
	const message = `--help: ${howItEnded(ended, seconds)}${notFound}`;
	const fault = packagingFault(ended.tail, known);
	if (fault !== undefined) {
		return [findingOf(scriptFailed, {path, message: `${message}; ${fault}`})];
	}

	const control = await startPlainly(script, ground);
	return control === undefined ? withoutControl(ended, path, message) : compared(ended, control, {path, message});
}

/** What is no entry point may need anything for --help; that it cannot even be started is a fault. */
function withoutControl({code}: Ended, path: InstallPath, message: string): Finding[] {
	const isBroken = code === 126 || code === 127;
	return [findingOf(scriptFailed, isBroken ? {path, message} : {path, message, severity: 'note'})];
}

function compared(ended: Ended, control: Ended, {path, message}: {path: InstallPath; message: string}): Finding[] {
	if (ended.code === control.code) {
		return [findingOf(scriptFailed, {path, severity: 'note', message: `${message}; so it does in a plain venv`})];
	}

	const other =
		control.code === undefined ? 'does not end' : control.code === 0 ? 'works' : `ends with ${control.code}`;
	return [findingOf(scriptFailed, {path, message: `${message}; in a plain venv of the same files it ${other}`})];
}

/** Does what an installer's script for an entry point does, without it. */
const caller = `
import importlib, sys
module, function, sys.argv[0] = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)
called = importlib.import_module(module)
for name in function.split('.'):
    called = getattr(called, name)
sys.exit(called())
`;

/** The same program in the control venv; undefined where that says nothing of it. */
async function startPlainly({path, entryPoint, isPython}: Started, ground: Ground): Promise<Ended | undefined> {
	const {sandbox, seconds, control} = ground;
	const python = below(control, 'bin/python');
	const [module = '', name = ''] = entryPoint.split(':').map(part => part.trim());
	if (module !== '' && name !== '') {
		return sandbox.run([python, '-c', caller, module, name, path, '--help'], {seconds});
	}

	return isPython ? sandbox.run([python, path, '--help'], {seconds}) : undefined;
}
