import {readdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {delimiter, join} from 'node:path';
import {satisfies} from '@renovatebot/pep440';
import {HostError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import {foreign} from './native.ts';
import {type Environment, type Interpreter, probe, whyBroken} from './probe.ts';

export type {Environment, Interpreter} from './probe.ts';

/** Which interpreter of this machine is to build. */
export type WantedInterpreter =
	| {readonly kind: 'path'; readonly path: HostPath}
	/** Such as `3.11`. */
	| {readonly kind: 'minor'; readonly minor: string}
	/** The first that a specifier such as `>=3.9` accepts; empty: any. `python3` of PATH goes before newer ones. */
	| {readonly kind: 'any'; readonly requiresPython: string};

/** Newer than what is known here is tried too; older than 3.8 has another layout of bytecode. */
const oldest = 8;
const newest = 15;

/**
 * Finds the interpreter that builds: at the path given; else on PATH, in pyenv's versions, among those that uv
 * manages, in /usr/bin and /usr/local/bin. The answer never names a shim, a link or a venv.
 * Throws a HostError: INTERPRETER_MISSING with all places that were looked at and what was found there,
 * for one asked for by path INTERPRETER_BROKEN where it fails, and INTERPRETER_UNFIT where no venv can be made of it.
 */
export async function findInterpreter(wanted: WantedInterpreter, environment: Environment): Promise<Interpreter> {
	if (wanted.kind === 'path') {
		return atPath(wanted.path, environment);
	}

	const seen: string[] = [];
	for (const candidate of candidates(wanted, environment)) {
		const found = await probe(candidate, environment);
		const objection = found && (unfit(found) ?? prerelease(found) ?? unwanted(found, wanted));
		if (found && objection === undefined) {
			return found;
		}

		if (found) {
			seen.push(`${found.executable}: ${objection}`);
		}
	}

	throw missing(wanted, environment, [...new Set(seen)]);
}

async function atPath(path: HostPath, environment: Environment): Promise<Interpreter> {
	const strange = foreign(path);
	const found = strange === undefined ? await probe(path, environment) : undefined;
	if (strange === undefined && !found) {
		throw await silent(path, environment);
	}

	const objection = strange ?? (found && unfit(found));
	if (objection !== undefined || !found) {
		throw new HostError(`${path} cannot build: ${objection}`, {
			code: 'INTERPRETER_UNFIT',
			hint: 'give --python a CPython of this machine from 3.8 on, with a global interpreter lock',
		});
	}

	return found;
}

/** Why a program that gave no answer is none: it is no Python, or one that breaks when it starts. */
async function silent(path: HostPath, environment: Environment): Promise<HostError> {
	const said = await whyBroken(path, environment);
	return said === undefined
		? new HostError(`${path} is no Python interpreter that can be started`, {
				code: 'INTERPRETER_MISSING',
				hint: 'give --python the path of a program such as /usr/bin/python3.11, or a minor such as 3.11',
			})
		: new HostError(`${path} breaks when it starts: ${said}`, {
				code: 'INTERPRETER_BROKEN',
				hint: 'run it by hand, and install it anew where it says the same; its library or a shared library may be gone',
			});
}

function unfit(found: Interpreter): string | undefined {
	if (found.implementation !== 'cpython') {
		return `it is ${found.implementation}, and only CPython is known here`;
	}

	const [major, minor] = found.minor.split('.').map(Number);
	if (major !== 3 || minor === undefined || minor < oldest) {
		return `it is Python ${found.version}, older than 3.${oldest}`;
	}

	return found.freeThreaded ? `it is a free-threaded build of ${found.version}` : foreign(found.executable);
}

function prerelease(found: Interpreter): string | undefined {
	return /[a-z]/.test(found.version) ? `${found.version} is a pre-release; name it by its path to use it` : undefined;
}

function unwanted(found: Interpreter, wanted: WantedInterpreter & {kind: 'minor' | 'any'}): string | undefined {
	const wish = wanted.kind === 'minor' ? wanted.minor : wanted.requiresPython;
	const fits = wanted.kind === 'minor' ? found.minor === wish : wish === '' || satisfies(found.version, wish);
	return fits ? undefined : `${found.version}, not ${wish}`;
}

function* candidates(wanted: WantedInterpreter & {kind: 'minor' | 'any'}, environment: Environment) {
	if (wanted.kind === 'any') {
		yield* inFolders('python3', pathOf(environment));
	}

	const minors = Array.from({length: newest - oldest + 1}, (_, at) => `3.${newest - at}`);
	for (const minor of wanted.kind === 'minor' ? [wanted.minor] : minors) {
		yield* inFolders(`python${minor}`, foldersOf(environment));
	}
}

function inFolders(name: string, folders: readonly string[]): HostPath[] {
	return folders.map(folder => hostPath(join(folder, name)));
}

function pathOf(environment: Environment): string[] {
	return (environment.PATH ?? '').split(delimiter).filter(folder => folder.startsWith('/'));
}

/** Where interpreters lie, in the order in which they are preferred. */
function foldersOf(environment: Environment): string[] {
	const home = environment.HOME ?? homedir();
	const data = environment.XDG_DATA_HOME ?? join(home, '.local/share');
	const pyenv = join(environment.PYENV_ROOT ?? join(home, '.pyenv'), 'versions');
	const uv = environment.UV_PYTHON_INSTALL_DIR ?? join(data, 'uv/python');
	return [
		...new Set([...pathOf(environment), ...installations(pyenv), ...installations(uv), '/usr/bin', '/usr/local/bin']),
	];
}

/** The `bin` folders below a folder of installations, the highest version first. */
function installations(root: string): string[] {
	try {
		const byVersion = new Intl.Collator('en', {numeric: true});
		return readdirSync(root)
			.sort((one, other) => byVersion.compare(other, one))
			.map(name => join(root, name, 'bin'));
	} catch {
		return [];
	}
}

function missing(wanted: WantedInterpreter, environment: Environment, seen: readonly string[]): HostError {
	const wish =
		wanted.kind === 'minor' ? `Python ${wanted.minor}` : wanted.kind === 'any' ? wanted.requiresPython || 'Python' : '';
	const found = seen.length === 0 ? 'none' : seen.join('; ');
	return new HostError(
		`no interpreter for ${wish} on this machine; looked in ${foldersOf(environment).join(', ')}; found: ${found}`,
		{
			code: 'INTERPRETER_MISSING',
			hint: 'install it (apt, dnf, pyenv or `uv python install`), or name it with --python PATH',
		},
	);
}
