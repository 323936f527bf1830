import {satisfies} from '@renovatebot/pep440';
import {lowestPython} from '../codecs/requires-python.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath, type InstallPath, installPath} from '../model/paths.ts';
import type {PythonArchive} from '../model/python-archive.ts';
import {patchLevel} from '../model/target.ts';
import {type Choice, chooseTargets, type Host, osReleaseFile} from './choose-targets.ts';
import type {Config, Notice} from './config.ts';
import {pythonArchiveOf} from './decide-archive.ts';
import {bundledPython, layoutOf} from './decide-layout.ts';
import {refusal} from './place.ts';

/** Which interpreter of this machine is to build, and where that came from. */
export type WantedPython = {readonly origin: string} & (
	| {readonly kind: 'path'; readonly path: HostPath}
	/** Such as `3.11`. Where nobody asked for it, `otherwise` is what else will do: a specifier, empty for any. */
	| {readonly kind: 'minor'; readonly minor: string; readonly otherwise?: string}
	/** The first that the specifier accepts; empty: any. */
	| {readonly kind: 'any'; readonly requiresPython: string}
	/** One that is unpacked for this build. */
	| {readonly kind: 'archive'; readonly archive: PythonArchive}
);

/** The interpreter that was found on this machine. */
export interface BuilderPython {
	/** Links followed. */
	readonly executable: HostPath;
	/** sys.base_prefix. */
	readonly prefix: HostPath;
	/** Such as `3.11`. */
	readonly minor: string;
	/** Such as `3.11.7`. */
	readonly version: string;
}

/**
 * The interpreter to look for: that of an archive, the one asked for, else that of a venv, else of the minor that `--target-python` names, else of the first of
 * the target's own that the project accepts, or another where this machine has none of that minor; without packages, any
 * that the project accepts may serve.
 * Throws an InputError (TARGET_PYTHON_UNFIT) where the target has no interpreter that the project accepts and none comes
 * along, and what `pythonArchiveOf` throws.
 */
export function wantedPython(config: Config, host: Host): WantedPython {
	const {values, places} = config;
	const archive = pythonArchiveOf(config);
	if (archive) {
		return {kind: 'archive', archive, origin: places['python-archive']?.origin ?? 'default'};
	}

	if (values.python !== undefined && places.python) {
		const {origin} = places.python;
		return values.python.includes('/')
			? {kind: 'path', path: hostPath(values.python), origin}
			: {kind: 'minor', minor: values.python, origin};
	}

	if (config.input.kind === 'venv') {
		return {kind: 'any', requiresPython: '', origin: 'the venv'};
	}

	const named = minorOf(values['target-python'] ?? '');
	if (named !== undefined) {
		return {kind: 'minor', minor: named, origin: places['target-python']?.origin ?? 'default'};
	}

	const {target, format} = leading(chooseTargets(config, host));
	const requiresPython = config.project?.stated.requiresPython ?? '';
	const fitting = target.pythons.find(version => requiresPython === '' || satisfies(version, requiresPython));
	if (fitting !== undefined) {
		const minor = fitting.split('.').slice(0, 2).join('.');
		return {kind: 'minor', minor, otherwise: requiresPython, origin: `the target ${target.id}`};
	}

	if (format.packager === undefined || layoutOf(config).bundle) {
		return {kind: 'any', requiresPython, origin: 'requires-python of [project]'};
	}

	throw new InputError(
		`${config.project?.file} requires Python ${requiresPython}, and ${target.id} has ${target.pythons.join(', ')}`,
		{
			code: 'TARGET_PYTHON_UNFIT',
			input: config.project?.file ?? '',
			hint: 'choose another --target, or name an interpreter that will be there with --target-python PATH',
		},
	);
}

/** Of several targets the one whose interpreter is likely to be here: the builder's own, else that of the first package. */
function leading(choices: ReturnType<typeof chooseTargets>): Choice {
	const packages = choices.filter(choice => choice.format.packager !== undefined);
	return packages.find(choice => choice.targetOrigin === osReleaseFile) ?? packages[0] ?? choices[0];
}

/**
 * Where the interpreter lies on the target.
 * Throws a ConfigError: TARGET_PYTHON_MINOR for a path that names another minor than the one that builds,
 * BUNDLE_TARGET_PYTHON for any where the interpreter comes along.
 */
export function targetPython(config: Config, minor: string): InstallPath {
	const path = config.values['target-python'];
	const place = config.places['target-python'];
	if (layoutOf(config).bundle) {
		return bundled(config, minor);
	}

	if (path === undefined || !place) {
		return installPath(`/usr/bin/python${minor}`);
	}

	const named = minorOf(path);
	if (named !== undefined && named !== minor) {
		throw refusal(place, `is ${path}, and the interpreter that builds is Python ${minor}`, {
			code: 'TARGET_PYTHON_MINOR',
			hint: `build with --python ${named}, or name a Python ${minor}: a venv belongs to one minor`,
		});
	}

	return installPath(path);
}

function bundled(config: Config, minor: string): InstallPath {
	const place = config.places['target-python'];
	if (place) {
		throw refusal(place, 'says where the target has its interpreter, and one comes along', {
			code: 'BUNDLE_TARGET_PYTHON',
			hint: 'leave out either --target-python or --bundle-python',
		});
	}

	return bundledPython(config.prefix, minor);
}

/**
 * The full version that the interpreter will have where the package is installed: that which comes along, else the lowest
 * of all targets; empty where it is not known, because it is not the distribution's own.
 */
export function targetVersion(
	config: Config,
	choices: readonly Choice[],
	{minor, version}: Pick<BuilderPython, 'minor' | 'version'>,
): string {
	if (layoutOf(config).bundle) {
		return version;
	}

	if (targetPython(config, minor) !== `/usr/bin/python${minor}`) {
		return '';
	}

	const levels = choices
		.map(({target}) => patchLevel(target, minor))
		.filter(version => version !== undefined)
		.map(version => Number(version.split('.')[2]));
	return levels.length === 0 ? '' : `${minor}.${Math.min(...levels)}`;
}

/**
 * Refuses a project whose static requires-python excludes the interpreter, on either machine, before anything runs.
 * Throws an InputError (REQUIRES_PYTHON).
 */
export function checkRequiresPython(config: Config, python: BuilderPython, version: string): void {
	const {project} = config;
	const specifier = project?.stated.requiresPython ?? '';
	const onTarget = version === '' ? lowestPython(python.minor, [specifier]) : version;
	if (
		specifier === '' ||
		(onTarget !== undefined && satisfies(onTarget, specifier) && satisfies(python.version, specifier))
	) {
		return;
	}

	const builds = satisfies(python.version, specifier);
	const what = builds ? `the target has ${onTarget ?? python.minor}` : `${python.executable} is ${python.version}`;
	throw new InputError(`${project?.file} requires Python ${specifier}, and ${what}`, {
		code: 'REQUIRES_PYTHON',
		input: project?.file ?? '',
		hint: builds ? 'choose another --target' : 'choose an interpreter that it accepts with --python 3.X',
	});
}

/** Warns of packages that ask for an interpreter which their distribution does not have. */
export function pythonNotices(config: Config, choices: readonly Choice[], minor: string): Notice[] {
	const path = targetPython(config, minor);
	const lacking = choices.filter(
		({format, target}) =>
			format.packager !== undefined && path === `/usr/bin/python${minor}` && patchLevel(target, minor) === undefined,
	);
	return lacking.map(({format, target}) => ({
		kind: 'warning',
		code: 'TARGET_LACKS_PYTHON',
		message: `${target.id} has no Python ${minor} of its own (it has ${target.pythons.join(', ')}): the ${format.name} will not install until something else provides ${path}`,
	}));
}

function minorOf(path: string): string | undefined {
	return /\/python(3\.\d{1,2})$/.exec(path)?.[1];
}
