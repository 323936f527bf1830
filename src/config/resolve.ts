import {join} from 'node:path';
import type {ProjectMetadata} from '../codecs/core-metadata.ts';
import type {Metadata} from '../model/metadata.ts';
import {hostPath} from '../model/paths.ts';
import type {InputPlan, Plan} from '../model/plan.ts';
import type {PlannedFile} from '../model/planned-file.ts';
import {type Choice, chooseTargets, type Host, targetsByPackager} from './choose-targets.ts';
import type {Config, Notice} from './config.ts';
import {pythonArchiveOf, recordedArchive} from './decide-archive.ts';
import {filesOf} from './decide-files.ts';
import {layoutOf} from './decide-layout.ts';
import {librariesOf} from './decide-libraries.ts';
import {type DecidedMetadata, decideMetadata} from './decide-metadata.ts';
import {documentsOf} from './documents.ts';
import {decideEpoch, type Times} from './epoch.ts';
import {exposedOf} from './expose.ts';
import {formatPlans, originsOfFormats, originsOfValues} from './format-plans.ts';
import {missing, refusal} from './place.ts';
import {type BuilderPython, checkRequiresPython, pythonNotices, targetPython, targetVersion} from './python.ts';
import {unitsOf} from './units.ts';
import {versionNotices} from './version-notices.ts';
import {wishesOf} from './wishes.ts';

/** What is known once every wheel is in hand. */
export interface Facts {
	readonly host: Host;
	/** What `resolveInput` gave. */
	readonly input: InputPlan;
	/** METADATA of the main wheel; undefined where there is none. */
	readonly metadata: ProjectMetadata | undefined;
	readonly times: Times;
	/** What was taken from the project; absent: what the configuration asks for. */
	readonly files?: readonly PlannedFile[];
}

/** A complete plan, and what was decided on the way that somebody should hear of. */
export interface Resolved {
	readonly plan: Plan;
	readonly notices: readonly Notice[];
}

/**
 * Everything that resolving and downloading need, with every default filled in.
 * Throws a ConfigError (TARGET_PYTHON_MINOR, TARGET_UNFIT, ARCH_FOREIGN, COMPRESSION_*, NAME_INVALID, …) or an InputError (REQUIRES_PYTHON).
 */
export function resolveInput(config: Config, host: Host, python: BuilderPython): InputPlan {
	const {values} = config;
	const choices = chooseTargets(config, host);
	const version = targetVersion(config, choices, python);
	checkRequiresPython(config, python, version);
	refuseEarly(config, host, choices);
	const archive = pythonArchiveOf(config);
	return {
		input: config.input,
		from: values.from ?? [],
		requirements: (values.requirements ?? []).map(hostPath),
		constraints: (values.constraints ?? []).map(hostPath),
		extras: values.extras ?? [],
		groups: values.groups ?? [],
		indexes: {
			indexUrl: values['index-url'] ?? '',
			extraIndexUrls: values['extra-index-urls'] ?? [],
			findLinks: values['find-links'] ?? [],
		},
		requireHashes: values['require-hashes'] ?? false,
		offline: values.offline ?? false,
		python: {
			builder: python.executable,
			builderPrefix: python.prefix,
			target: targetPython(config, python.minor),
			minor: python.minor,
			version: python.version,
		},
		layout: layoutOf(config),
		...(archive ? {archive: recordedArchive(archive)} : {}),
		targetVersion: version,
		hooks: values.hooks ?? [],
		strip: values.strip ?? false,
		machine: host.machine,
	};
}

/** What `resolve` would refuse in any case is refused before anything is downloaded or built. */
function refuseEarly(config: Config, host: Host, choices: readonly Choice[]): void {
	archOf(config, host);
	documentsOf(config);
	formatPlans(config, choices);
	const decided = decideMetadata(config, undefined, false);
	filesOf(config);
	exposedOf(config);
	unitsOf(config, decided);
}

/**
 * The whole plan: after it there is no default left.
 * Throws a ConfigError (NAME_MISSING, VERSION_MISSING, COMPRESSION_*, SOURCE_DATE_EPOCH_INVALID, …).
 */
export function resolve(config: Config, {host, input, metadata, times, files = filesOf(config)}: Facts): Resolved {
	const choices = chooseTargets(config, host);
	const decided = decideMetadata(config, metadata, true);
	const epoch = decideEpoch(times, true);
	const {values} = config;
	const plan: Plan = {
		input,
		metadata: complete(decided),
		prefix: config.prefix,
		formats: formatPlans(config, choices),
		out: outOf(config),
		arch: archOf(config, host),
		epoch: epoch.value ?? 0,
		allowLeaks: values['allow-leaks'] ?? [],
		keepStage: values['keep-stage'] ?? false,
		wishes: {...wishesOf(config), targets: targetsByPackager(config, host)},
		files,
		documents: documentsOf(config),
		expose: exposedOf(config),
		units: unitsOf(config, decided),
		libraries: librariesOf(config),
		sbom: values.sbom ?? true,
		provenance: config.tables.provenance?.builder ?? '',
		origins: {
			...originsOfValues(config),
			...Object.fromEntries(Object.entries(decided.fields).map(([key, {origin}]) => [key, origin])),
			...originsOfFormats(config, choices),
			epoch: epoch.origin,
		},
	};
	return {
		plan,
		notices: [
			...decided.notices,
			...versionNotices(plan.metadata.version, choices),
			...pythonNotices(config, choices, input.python.minor),
		],
	};
}

/** Where the artifacts go. */
export function outOf(config: Config): Plan['out'] {
	return hostPath(config.values.out ?? join(config.cwd, 'dist'));
}

/** `auto`, `any` or the machine. Throws a ConfigError (ARCH_FOREIGN) for another machine's. */
export function archOf(config: Config, {machine}: Host): string {
	const arch = config.values.arch ?? 'auto';
	const place = config.places.arch;
	if (place && arch !== 'auto' && arch !== 'any' && arch !== machine) {
		throw refusal(place, `is "${arch}", and this machine builds ${machine}`, {
			code: 'ARCH_FOREIGN',
			hint: `build on a machine of that kind, or leave the architecture to what is inside with "auto"`,
		});
	}

	return arch;
}

function complete({fields}: DecidedMetadata): Metadata {
	const value = (key: keyof Metadata): string => fields[key].value ?? missing(key);
	return {
		name: value('name'),
		version: value('version'),
		release: value('release'),
		summary: value('summary'),
		description: value('description'),
		license: value('license'),
		maintainer: value('maintainer'),
		vendor: value('vendor'),
		homepage: value('homepage'),
	};
}
