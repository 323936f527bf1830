import {existsSync} from 'node:fs';
import {normalizedName} from '../codecs/requirement-name.ts';
import {decideEpoch} from '../config/epoch.ts';
import {checkPython, checkTargetPython} from '../config/names.ts';
import {flagPlace, refusal} from '../config/place.ts';
import {checkPlace} from '../config/prefix.ts';
import {describeMachine} from '../host/machine.ts';
import {UsageError} from '../model/errors.ts';
import {fixedLayout} from '../model/layout.ts';
import type {Metadata} from '../model/metadata.ts';
import {type HostPath, type InstallPath, installPath, isWithin, nameOf} from '../model/paths.ts';
import {type InputPlan, nothingBeside, type Plan} from '../model/plan.ts';
import type {RelocateRequest} from '../model/relocation.ts';
import {interpreterOfVenv, ownName} from '../stage/existing/interpreter.ts';
import {findVenv, type VenvFolder} from '../stage/existing/venv-folder.ts';
import type {Interpreter} from '../stage/interpreters/probe.ts';
import type {Context} from './context.ts';

/** A relocation, decided. */
export interface Relocation {
	readonly venv: VenvFolder;
	readonly plan: Plan;
	/** The folder of the copy; undefined where there is to be none. */
	readonly out: HostPath | undefined;
	readonly inPlace: boolean;
	readonly dryRun: boolean;
}

/**
 * Looks at the venv and decides what a relocation needs. Nothing is written.
 * Throws a UsageError (RELOCATE_WHERE, OUT_IN_VENV), a ConfigError of the checks of prefix and interpreter
 * (TARGET_PYTHON_MINOR among them), and what looking at the venv throws.
 */
export async function decideRelocation(request: RelocateRequest, context: Context): Promise<Relocation> {
	const {out, inPlace = false, dryRun = false} = request;
	refuseWhere(request);
	const {prefix, notes} = checkPlace(request.prefix, flagPlace('--prefix'));
	for (const message of notes) {
		context.listener({kind: 'note', message});
	}

	const venv = findVenv(request.venv);
	if (out !== undefined && (isWithin(out, venv.folder) || isWithin(venv.folder, out))) {
		throw new UsageError(`--out is ${out}, and ${venv.folder} is the venv: neither can lie in the other`, {
			code: 'OUT_IN_VENV',
			hint: 'choose a folder elsewhere, or --in-place',
		});
	}

	const python = request.python === undefined ? undefined : checkPython(request.python, flagPlace('--python'));
	const {listener, environment} = context;
	const found = await interpreterOfVenv(venv, {python, environment, listener});
	const target = targetOf(request, {venv, found}, context);
	return {venv, out, inPlace, dryRun, plan: planOf(request, {venv, prefix, found, target}, context)};
}

function refuseWhere({out, inPlace, dryRun}: RelocateRequest): void {
	const ways = [out !== undefined, inPlace === true].filter(Boolean).length;
	if (ways > 1 || (ways === 0 && !dryRun)) {
		throw new UsageError(
			ways > 1 ? '--out and --in-place are both given' : 'neither --out nor --in-place says where the result goes',
			{
				code: 'RELOCATE_WHERE',
				hint: '--out DIR writes a copy; --in-place replaces the venv; --dry-run shows what would change',
			},
		);
	}
}

interface Found {
	readonly venv: VenvFolder;
	readonly found: Interpreter;
}

/**
 * In place, a venv keeps its interpreter. A copy gets that of a distribution, as a package does, where this machine has
 * such a one; else it too keeps its own.
 */
function targetOf({targetPython, inPlace}: RelocateRequest, {venv, found}: Found, {listener}: Context): InstallPath {
	const usual = `/usr/bin/python${venv.minor}`;
	if (targetPython !== undefined) {
		const place = flagPlace('--target-python');
		const path = checkTargetPython(targetPython, place);
		const named = /\/python(3\.\d{1,2})$/.exec(path)?.[1];
		if (named !== undefined && named !== venv.minor) {
			throw refusal(place, `is ${path}, and the venv belongs to Python ${venv.minor}`, {
				code: 'TARGET_PYTHON_MINOR',
				hint: `name a Python ${venv.minor}: a venv belongs to one minor`,
			});
		}

		return installPath(path);
	}

	const own = installPath(ownName(venv, found));
	if (inPlace || own === usual || !existsSync(usual)) {
		return own;
	}

	listener({kind: 'note', message: `the copy runs with ${usual}, the venv with ${own}: --target-python names another`});
	return installPath(usual);
}

/** As of a build that is given everything: what packs and checks a tree asks it of a plan. */
function planOf(
	{allowLeaks = []}: RelocateRequest,
	{venv, prefix, found, target}: Found & {prefix: InstallPath; target: InstallPath},
	{environment}: Context,
): Plan {
	const times = {sourceDateEpoch: environment.SOURCE_DATE_EPOCH, commit: undefined, newestMember: undefined};
	const input: InputPlan = {
		input: {kind: 'venv', directory: venv.folder},
		from: [],
		requirements: [],
		constraints: [],
		extras: [],
		groups: [],
		indexes: {indexUrl: '', extraIndexUrls: [], findLinks: []},
		requireHashes: false,
		offline: true,
		python: {
			builder: found.executable,
			builderPrefix: found.prefix,
			target,
			minor: venv.minor,
			version: found.version,
		},
		layout: fixedLayout,
		targetVersion: '',
		hooks: [],
		machine: describeMachine().machine,
	};
	return {
		input,
		metadata: metadataOf(prefix),
		prefix,
		formats: [],
		out: venv.folder,
		arch: 'auto',
		epoch: decideEpoch(times, true).value ?? 0,
		allowLeaks,
		keepStage: false,
		origins: {},
		wishes: {settings: {}},
		...nothingBeside,
	};
}

/** A venv has a place and no name: the manifest gets the folder's. */
function metadataOf(prefix: InstallPath): Metadata {
	const name = normalizedName(nameOf(prefix)).replaceAll(/[^a-z0-9+.-]+/g, '-') || 'venv';
	return {
		name,
		version: '0',
		release: '1',
		summary: `A Python environment for ${prefix}`,
		description: '',
		license: '',
		maintainer: '',
		vendor: '',
		homepage: '',
	};
}
