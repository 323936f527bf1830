import {childWrong, importFailed, interpreterFailed, outsideFile, sysconfigForeign} from '../../check/running/kinds.ts';
import {type SelfFacts, selfFactsOf, selfProbe} from '../../check/running/self-probe.ts';
import {foreignValues} from '../../check/sysconfig-values.ts';
import {workFolder} from '../../host/sandbox.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {below} from '../../model/paths.ts';
import {Allowed} from './allowed.ts';
import {howItEnded} from './ending.ts';
import type {Ground, Judgement} from './ground.ts';
import {unprovable} from './unprovable.ts';

/** Seven processes and all modules, on a machine that is busy. */
const seconds = 300;

/**
 * Asks an interpreter that came along for all of its modules and what sysconfig says; one that may lie anywhere, too,
 * whether the processes that it starts are of the same environment. Of others nothing is asked.
 */
export async function judgeSelf(ground: Ground): Promise<Judgement> {
	const {sandbox, venv, base, layout} = ground;
	if (!base.isBundled && !layout.relocatable) {
		return {findings: [], unproven: []};
	}

	const path = below(venv.root, 'bin/python');
	const ended = await sandbox.run([path, '-I', '-c', selfProbe, workFolder], {seconds});
	const facts = ended.code === 0 ? selfFactsOf(ended.stdout) : undefined;
	if (facts === undefined) {
		const message = `it does not answer what it consists of: ${howItEnded(ended)}`;
		return {findings: [findingOf(interpreterFailed, {path, message})], unproven: []};
	}

	const children = Object.entries(facts.children).map(([way, what]) =>
		findingOf(childWrong, {path, message: `started as ${way}: ${what}`}),
	);
	return base.isBundled
		? {findings: [...children, ...ownFindings(facts, ground)], unproven: missingHere(facts, ground)}
		: {findings: children, unproven: []};
}

function ownFindings({failed, mapped, values}: SelfFacts, ground: Ground): readonly Finding[] {
	const {venv, survey, promises, layout} = ground;
	const path = below(venv.root, 'bin/python');
	const allowed = new Allowed(ground);
	// Of what does not say that it carries an interpreter, nobody promised that one can build with it.
	const severity = layout.bundle ? sysconfigForeign.severity : 'warning';
	const isFitting = (file: string) => (layout.bundle?.libraries ? allowed.carried(file) : allowed.mapped(file));
	return [
		...Object.entries(failed)
			.filter(([, error]) => unprovable(error, promises, survey) === undefined)
			.map(([module, error]) => findingOf(importFailed, {path, message: `import ${module}, of its own: ${error}`})),
		...mapped
			.filter(file => !isFitting(file))
			.map(file => findingOf(outsideFile, {path, message: `a module of its own maps ${file}`})),
		...foreignValues(values, venv.root)
			.filter(({place}) => !place.startsWith(workFolder))
			.map(({name, place}) => findingOf(sysconfigForeign, {path, severity, message: `its ${name} names ${place}`})),
	];
}

function missingHere({failed}: SelfFacts, {promises, survey}: Ground): readonly string[] {
	return Object.entries(failed).flatMap(([module, error]) => {
		const why = unprovable(error, promises, survey);
		return why === undefined ? [] : [`import ${module}: ${why}`];
	});
}
