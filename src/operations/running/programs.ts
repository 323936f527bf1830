import type {Snapshot} from '../../host/snapshot.ts';
import {snapshotOf} from '../../host/snapshot.ts';
import type {Listener} from '../../model/events.ts';
import type {HostPath, InstallPath} from '../../model/paths.ts';
import type {Unanswered} from '../../model/verification.ts';
import type {StageOutcome} from '../verify-stage.ts';
import {type Command, judgeCommands} from './commands.ts';
import type {Ground} from './ground.ts';
import {judgeImports} from './imports.ts';
import {judgeInterpreter} from './interpreter.ts';
import {judgeLibraries} from './libraries.ts';
import {judgeScripts} from './scripts.ts';
import {judgeSelf} from './self.ts';
import {judgeWrites} from './writes.ts';

export interface Programs {
	readonly commands: readonly Command[];
	/** Where the tree's files lie on this machine, and where programs see them. */
	readonly files: {readonly folder: HostPath; readonly root: InstallPath};
	readonly listener: Listener;
}

/** Starts everything that the tree holds, and tells what it did wrong. */
export async function runPrograms(ground: Ground, {commands, files, listener}: Programs): Promise<StageOutcome> {
	const before: Snapshot = snapshotOf(files.folder);
	const interpreter = await judgeInterpreter(ground);
	const findings = [...interpreter.findings];
	const unproven: Unanswered[] = [];
	if (interpreter.facts !== undefined) {
		const self = await judgeSelf(ground);
		const imports = await judgeImports(ground, interpreter.facts);
		const libraries = await judgeLibraries(ground);
		const scripts = await judgeScripts(ground, interpreter.facts);
		findings.push(...self.findings, ...imports.findings, ...libraries.findings, ...scripts.findings);
		unproven.push(...self.unproven.map(why => ({check: 'run-interpreter', why})));
		unproven.push(...[...imports.unproven, ...libraries.unproven].map(why => ({check: 'run-imports', why})));
		unproven.push(...scripts.unproven.map(why => ({check: 'run-scripts', why})));
		listener({kind: 'note', message: toldOf(ground, imports.modules, scripts.scripts)});
	}

	findings.push(...(await judgeCommands(ground, commands)), ...judgeWrites(before, files, ground.survey));
	return {findings, unproven};
}

function toldOf({sandbox, base, venv, layout}: Ground, modules: number, scripts: number): string {
	const how = {root: 'as root', 'user-namespace': 'in a user namespace', bubblewrap: 'through bubblewrap'}[sandbox.way];
	const with_ = base.isBundled ? 'the interpreter inside' : base.path;
	const where = layout.relocatable ? ` at ${venv.root}` : '';
	return `imported ${modules} modules and started ${scripts} scripts${where} with ${with_}, ${how}, everything else hidden`;
}
