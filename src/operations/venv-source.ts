import {fitsGlob} from '../check/glob.ts';
import {decodeCoreMetadata} from '../codecs/core-metadata.ts';
import {normalizedName} from '../codecs/requirement-name.ts';
import {readContent} from '../host/read.ts';
import {timed} from '../model/events.ts';
import type {Objection} from '../model/objection.ts';
import {below, type HostPath, type InstallPath} from '../model/paths.ts';
import type {InputPlan} from '../model/plan.ts';
import {objections} from '../relocate/objections.ts';
import {compileVenv, type OpenedVenv, type OpenOptions, openVenv} from '../stage/existing/existing-venv.ts';
import type {Installed} from '../stage/existing/installed.ts';
import {objectionsTo, refuseObjections} from '../stage/existing/objection.ts';
import {findVenv, type VenvFolder} from '../stage/existing/venv-folder.ts';
import {refuseForbidding} from '../stage/requires-python.ts';
import {correctedSources} from './corrected-sources.ts';
import type {Source, SourceOptions} from './source.ts';

interface VenvOptions extends SourceOptions {
	readonly directory: HostPath;
	readonly prefix: InstallPath;
	/** Globs of install paths whose leaks the user knows of. */
	readonly allowLeaks: readonly string[];
}

/** A venv as what is packaged. Throws what `openRelocatable` throws, and an InputError (REQUIRES_PYTHON). */
export async function venvSource(plan: InputPlan, options: VenvOptions): Promise<Source> {
	const {directory, prefix, work, name, allowLeaks, context} = options;
	const {listener, environment} = context;
	const opening = {
		prefix,
		python: plan.python,
		layout: plan.layout,
		work,
		correct: correctedSources,
		listener,
		environment,
	};
	const opened = await openRelocatable(findVenv(directory), opening, allowLeaks);
	refuseForbidding(opened.installed, plan);
	noteInstallers(opened.installed, options);
	const main = mainOf(opened.installed, name);
	return {
		metadata: main && decodeCoreMetadata(Buffer.from(readContent(main.metadata.content)).toString()),
		newestMember: undefined,
		// How its distributions came to be, a venv does not tell.
		sources: [],
		isNative: opened.installed.some(one => one.isNative),
		stage: async () => compileVenv(opened, opening),
	};
}

/**
 * Looks at a venv, and refuses at once all that could not be made correct at the prefix. Nothing is touched.
 * Throws an InputError (VENV_NOT_RELOCATABLE), and what a scan throws.
 */
export async function openRelocatable(
	venv: VenvFolder,
	options: OpenOptions,
	allowLeaks: readonly string[],
): Promise<OpenedVenv> {
	return timed(options.listener, 'scan', `the venv ${venv.named}`, async () => relocatable(venv, options, allowLeaks));
}

function relocatable(venv: VenvFolder, options: OpenOptions, allowLeaks: readonly string[]): OpenedVenv {
	const opened = openVenv(venv, options);
	const {prefix} = options;
	const isAllowed = ({code, path}: Objection) =>
		code === 'COMPILED_PATH' && allowLeaks.some(glob => fitsGlob(below(prefix, path), glob, prefix));
	const found = [...objectionsTo(venv), ...objections(opened.staged, readContent)];
	refuseObjections(
		venv,
		found.filter(objection => !isAllowed(objection)),
	);
	return opened;
}

/** By the name of the package, else the only one that was installed from a folder, a repository or a file. */
function mainOf(installed: readonly Installed[], name: string | undefined): Installed | undefined {
	if (name !== undefined) {
		return installed.find(({distribution}) => normalizedName(distribution.name) === normalizedName(name));
	}

	const [only, another] = installed.filter(one => one.isDirect);
	return another === undefined ? only : undefined;
}

/** venv and virtualenv put them in; an application that is installed for good has no use for them. */
function noteInstallers(installed: readonly Installed[], {context}: SourceOptions): void {
	const names = installed
		.map(({distribution}) => distribution.name)
		.filter(one => ['pip', 'setuptools', 'wheel'].includes(one));
	if (names.length > 0) {
		context.listener({
			kind: 'note',
			message: `the venv holds ${names.join(' and ')}, which come along; without them the package is smaller`,
		});
	}
}
