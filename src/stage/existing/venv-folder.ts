import {existsSync, readdirSync, readFileSync, realpathSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {decodePyvenvCfg} from '../../codecs/pyvenv-cfg.ts';
import {InputError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';

/** A venv that somebody else made, as its layout and its pyvenv.cfg tell; nothing of it was run. */
export interface VenvFolder {
	/** As it was named, absolute; a link perhaps. */
	readonly named: HostPath;
	/** Links followed. */
	readonly folder: HostPath;
	/** What its pyvenv.cfg says, keys in lower case. */
	readonly configuration: ReadonlyMap<string, string>;
	/** Such as `3.11`. */
	readonly minor: string;
}

/**
 * Looks at the folder of a venv made by venv, virtualenv, uv, poetry or whatever else follows PEP 405.
 * Throws an InputError: VENV_MISSING where there is none, VENV_FOREIGN for an environment of conda, of PyPy or of a
 * free-threaded CPython, VENV_BROKEN where its parts do not belong together.
 */
export function findVenv(named: HostPath): VenvFolder {
	if (!(statSync(named, {throwIfNoEntry: false})?.isDirectory() ?? false)) {
		throw missing(named, existsSync(named) ? 'is no folder' : 'does not exist');
	}

	const folder = hostPath(realpathSync(named));
	if (existsSync(join(folder, 'conda-meta'))) {
		throw foreign(named, 'is an environment of conda, whose programs and libraries are no Python packages alone', {
			hint: 'conda-pack relocates it; or install what it holds into a venv, and package that',
		});
	}

	if (!existsSync(join(folder, 'pyvenv.cfg'))) {
		throw missing(named, 'holds no pyvenv.cfg, which every venv has (PEP 405)');
	}

	const configuration = decodePyvenvCfg(readFileSync(join(folder, 'pyvenv.cfg'), 'utf8'));
	refuseImplementation(named, configuration);
	return {named, folder, configuration, minor: minorOf(named, folder, configuration)};
}

function refuseImplementation(named: HostPath, configuration: VenvFolder['configuration']): void {
	const implementation = configuration.get('implementation') ?? 'CPython';
	if (implementation.toLowerCase() !== 'cpython') {
		throw foreign(named, `was made with ${implementation}, and only CPython is known here`);
	}
}

/** The folder of packages decides: the interpreter looks into the one of its own minor, and pyvenv.cfg only says so. */
function minorOf(named: HostPath, folder: HostPath, configuration: VenvFolder['configuration']): string {
	const libraries = librariesOf(folder);
	const said = /^\d+\.\d+/.exec(configuration.get('version') ?? configuration.get('version_info') ?? '')?.[0];
	const minors = libraries.flatMap(name => /^python(3\.\d+)$/.exec(name)?.[1] ?? []);
	const [only] = minors;
	if (only === undefined) {
		throw libraries.some(name => /^python3\.\d+t$/.test(name))
			? foreign(named, 'belongs to a free-threaded CPython, which is not known here')
			: broken(named, 'has no lib/python3.X/site-packages');
	}

	if (minors.length === 1 && (said === undefined || said === only)) {
		return only;
	}

	if (said !== undefined && minors.includes(said)) {
		return said;
	}

	throw broken(
		named,
		`has packages in ${minors.map(minor => `lib/python${minor}`).join(', ')}, and its pyvenv.cfg says ${said ?? 'no version'}`,
	);
}

function librariesOf(folder: HostPath): string[] {
	const lib = join(folder, 'lib');
	const names = existsSync(lib) ? readdirSync(lib).sort() : [];
	return names.filter(name => existsSync(join(lib, name, 'site-packages')));
}

/** A refusal of a venv whose parts do not belong together. */
export function broken(named: HostPath, what: string): InputError {
	return new InputError(`${named} ${what}`, {
		code: 'VENV_BROKEN',
		input: named,
		hint: 'it does not work as it is: make it anew with the Python that is to run it, and install into it again',
	});
}

function missing(named: HostPath, what: string): InputError {
	return new InputError(`${named} ${what}`, {
		code: 'VENV_MISSING',
		input: named,
		hint: 'name the folder that holds bin, lib and pyvenv.cfg, such as .venv',
	});
}

function foreign(
	named: HostPath,
	what: string,
	{hint}: {hint: string} = {hint: 'install what it holds into a venv of CPython'},
): InputError {
	return new InputError(`${named} ${what}`, {code: 'VENV_FOREIGN', input: named, hint});
}
