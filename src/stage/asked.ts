import {existsSync, realpathSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {decodeRequirementName, normalizedName} from '../codecs/requirement-name.ts';
import {type HostPath, hostPath, isWithin} from '../model/paths.ts';
import type {Input, InputPlan} from '../model/plan.ts';
import {copyProject, mustBeAskedInPlace} from './backend/project-copy.ts';
import type {Choice} from './choose.ts';
import type {HashPromises} from './hash-promises.ts';
import type {Environment} from './interpreters/probe.ts';

interface Place {
	/** A private folder. */
	readonly work: HostPath;
	readonly environment: Environment;
}

/** What the command line asks for beside files of requirements. */
export async function wantedOf(plan: InputPlan, options: Place): Promise<string[]> {
	const extras = plan.extras.length === 0 ? '' : `[${plan.extras.join(',')}]`;
	const {input} = plan;
	const place = input.kind === 'project' ? await askedPlace(input, options) : 'file' in input ? input.file : undefined;
	return [...(place === undefined ? [] : [`${pathToFileURL(place).href}${extras}`]), ...plan.from];
}

/** Where a resolver is to look at the project. Its backend may have to run for that, which is better done in a copy. */
async function askedPlace({directory, lock}: Input & {kind: 'project'}, {work, environment}: Place): Promise<HostPath> {
	const inPlace = lock !== undefined || (await mustBeAskedInPlace(directory));
	return inPlace ? directory : copyProject(directory, copyOf(work), environment);
}

function copyOf(work: HostPath): HostPath {
	return hostPath(join(work, 'project'));
}

/** What was resolved from the copy is built from the project itself. */
export function fromProject(choice: Choice, {plan, work}: {readonly plan: InputPlan; readonly work: HostPath}): Choice {
	const {source} = choice;
	return plan.input.kind === 'project' && source.kind === 'directory' && isWithin(source.path, copyOf(work))
		? {...choice, source: {...source, path: plan.input.directory}}
		: choice;
}

/** Whether this is what the package is named after. */
export function isMain({name, source}: Choice, plan: InputPlan, promises: HashPromises): boolean {
	switch (plan.input.kind) {
		case 'project':
			return source.kind === 'directory' && isSame(source.path, plan.input.directory);
		case 'requirements': {
			const named = [
				...plan.from.map(line => decodeRequirementName(line)?.name ?? ''),
				...promises.lines.filter(line => line.requirement !== '').map(line => line.name),
			];
			const [only = ''] = named;
			return named.length === 1 && normalizedName(only) === name;
		}
		case 'venv':
			return false;
		default:
			return 'wanted' in source && isSame(source.wanted.place, plan.input.file);
	}
}

/** Whether two paths are one place; a URL is none. */
function isSame(one: string, other: HostPath): boolean {
	return existsSync(one) && realpathSync(one) === realpathSync(other);
}
