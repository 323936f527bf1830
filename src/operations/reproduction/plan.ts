import {expand} from '../../config/expand.ts';
import type {Format} from '../../formats/format.ts';
import type {Documents} from '../../model/documents.ts';
import {HostError} from '../../model/errors.ts';
import {fixedLayout} from '../../model/layout.ts';
import {noLibraryWishes} from '../../model/libraries.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Hook, InputPlan, Plan} from '../../model/plan.ts';
import type {Interpreter} from '../../stage/interpreters/system.ts';
import type {Context} from '../context.ts';
import type {OpenedArtifact} from '../open.ts';
import {plannedFiles} from './files.ts';
import {packingOf} from './packing.ts';
import {pinsOf, type Written} from './recipe.ts';
import type {ReproduceRequest} from './request.ts';

interface Rebuilding {
	readonly written: Written;
	readonly request: ReproduceRequest;
	readonly interpreter: Interpreter;
	/** As uname(1) says. */
	readonly machine: string;
	readonly environment: Context['environment'];
}

/**
 * What is collected to build an artifact again: its distributions, pinned.
 * Throws a HostError (MACHINE_OTHER), an InputError (SOURCE_NEEDED), a ConfigError (ENVIRONMENT_UNSET) for a hook.
 */
export function inputPlanOf({written, request, interpreter, machine, environment}: Rebuilding): InputPlan {
	const {manifest, recipe} = written;
	if (manifest.arch !== 'any' && manifest.arch !== machine) {
		throw new HostError(`the artifact is for ${manifest.arch}, and this machine is ${machine}`, {
			code: 'MACHINE_OTHER',
			hint: `build it again on ${manifest.arch}`,
		});
	}

	const {project} = request;
	const {layout = fixedLayout} = manifest;
	// One that was asked for in its place is not that of the archive.
	const archive = request.python === undefined ? recipe.interpreter?.archive : undefined;
	const isProject = recipe.input === 'project' && project !== undefined;
	return {
		input: isProject ? {kind: 'project', directory: project, lock: undefined} : {kind: 'requirements'},
		from: [],
		requirements: [],
		constraints: [],
		extras: recipe.extras,
		groups: recipe.groups,
		indexes: {
			indexUrl: request.indexUrl ?? '',
			extraIndexUrls: request.extraIndexUrls ?? [],
			findLinks: request.findLinks ?? [],
		},
		requireHashes: false,
		offline: request.offline ?? false,
		python: {
			builder: interpreter.executable,
			builderPrefix: interpreter.prefix,
			target: manifest.python.path,
			minor: interpreter.minor,
			version: interpreter.version,
		},
		layout,
		...(archive ? {archive} : {}),
		targetVersion: layout.bundle ? interpreter.version : wholeVersion(manifest.python.minimum),
		hooks: recipe.hooks.map(words => hookOf(words, environment)),
		strip: recipe.strip ?? false,
		machine,
		rebuild: {recipe, pins: pinsOf(written, request)},
	};
}

/** The lowest that every distribution accepts: what the target had is not known, and accepted them too. */
function wholeVersion(minimum: string): string {
	return minimum.split('.').length > 2 ? minimum : `${minimum}.0`;
}

function hookOf(words: readonly string[], environment: Context['environment']): Hook {
	const place = (key: string) => ({origin: 'recipe', named: `the recipe: hook.${key}`, file: undefined, key});
	const {command} = expand({command: [...words]}, environment, place);
	return {command: Array.isArray(command) ? command.map(String) : [], written: words};
}

interface Facts {
	readonly artifact: OpenedArtifact;
	readonly written: Written;
	readonly format: Format;
	readonly documents: Documents;
	readonly out: HostPath;
}

/** The whole plan, of which the artifact says everything. */
export function planOf(input: InputPlan, {artifact, written, format, documents, out}: Facts): Plan {
	const {manifest, recipe} = written;
	const {name, version, release, summary, license} = manifest;
	return {
		input,
		metadata: {name, version, release, summary, license, ...recipe.metadata},
		prefix: manifest.prefix,
		formats: [packingOf(format, artifact.pkg.tree, recipe.wishes)],
		out,
		arch: manifest.arch,
		epoch: manifest.epoch,
		allowLeaks: manifest.allowedLeaks,
		keepStage: false,
		wishes: recipe.wishes,
		files: plannedFiles(recipe),
		documents,
		expose: recipe.expose ?? [],
		units: recipe.units ?? [],
		libraries: recipe.libraries ?? noLibraryWishes,
		sbom: recipe.sbom ?? true,
		provenance: '',
		origins: {},
	};
}
