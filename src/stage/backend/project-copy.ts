import {constants, existsSync} from 'node:fs';
import {
	copyFile,
	lstat,
	mkdir,
	readdir,
	readFile,
	readlink,
	realpath,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import {basename, dirname, join, relative} from 'node:path';
import {isTable, parseToml} from '../../codecs/toml.ts';
import {run} from '../../host/run.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';
import {gitEnvironment} from './source.ts';

/** Folders that no build wants and that may be large, or that hold what an older build left behind. */
const passedOver = new Set([
	'.git',
	'__pycache__',
	'node_modules',
	'.tox',
	'.nox',
	'.mypy_cache',
	'.pytest_cache',
	'.ruff_cache',
	'.hypothesis',
]);

/**
 * Copies a project, so that building it writes nothing into the user's folder, two builds at once do not meet, and
 * leftovers of older ones (venvs, setuptools' `build`, egg-info) do not come in. A git work tree stays one: what takes
 * the version from it sees the same commit and, for a project in a subfolder, the tracked files around it.
 * Returns where the project lies in the copy.
 */
export async function copyProject(from: HostPath, to: HostPath, environment: Environment): Promise<HostPath> {
	const git = await gitOf(from, environment);
	const project = git ? join(to, relative(git.top, await realpath(from))) : to;
	await mkdir(to, {recursive: true});
	if (git) {
		await copyTracked(git, to, project);
		await writeFile(join(to, '.git'), `gitdir: ${git.folder}\n`);
	}

	await copyFolder(from, project, {top: from, never: to});
	return hostPath(project);
}

interface GitTree {
	/** The folder that holds everything. */
	readonly top: string;
	/** That of git itself. */
	readonly folder: string;
	/** Relative to the top; of a project that is the top, none: all of it is copied anyway. */
	readonly around: readonly string[];
}

async function gitOf(project: HostPath, environment: Environment): Promise<GitTree | undefined> {
	const git = async (cwd: string, ...args: string[]) =>
		(await run('git', args, {cwd: hostPath(cwd), env: gitEnvironment(environment)})).stdout;
	try {
		const [top = '', folder = ''] = (await git(project, 'rev-parse', '--show-toplevel', '--absolute-git-dir')).split(
			'\n',
		);
		if (top === (await realpath(project))) {
			return {top, folder, around: []};
		}

		// A project that git ignores or does not know only happens to lie below a work tree.
		const own = await git(project, 'ls-files', '-z', '--', '.');
		const around = (await git(top, 'ls-files', '-z')).split('\0').filter(path => path !== '');
		return own === '' ? undefined : {top, folder, around};
	} catch {
		return undefined;
	}
}

async function copyTracked({top, around}: GitTree, to: string, project: string): Promise<void> {
	for (const path of around) {
		const place = join(to, path);
		if (!place.startsWith(`${project}/`) && existsSync(join(top, path))) {
			await mkdir(dirname(place), {recursive: true});
			await copyEntry(join(top, path), place);
		}
	}
}

interface Copying {
	readonly top: string;
	/** The copy itself, where it lies inside of what is copied. */
	readonly never: string;
}

async function copyFolder(from: string, to: string, copying: Copying): Promise<void> {
	await mkdir(to, {recursive: true});
	for (const entry of await readdir(from, {withFileTypes: true})) {
		const place = join(from, entry.name);
		if (!entry.isDirectory()) {
			await copyEntry(place, join(to, entry.name));
		} else if (!(await isLeftover(place, copying))) {
			await copyFolder(place, join(to, entry.name), copying);
		}
	}
}

/** A file or link; what is neither, such as a socket, is nothing that a build could want. */
async function copyEntry(from: string, to: string): Promise<void> {
	const status = await lstat(from);
	if (status.isSymbolicLink()) {
		await symlink(await readlink(from), to);
	} else if (status.isFile()) {
		await copyFile(from, to, constants.COPYFILE_FICLONE);
		await utimes(to, status.atime, status.mtime);
	}
}

async function isLeftover(place: string, {top, never}: Copying): Promise<boolean> {
	const name = basename(place);
	return (
		place === never ||
		passedOver.has(name) ||
		existsSync(join(place, 'pyvenv.cfg')) ||
		(name.endsWith('.egg-info') && existsSync(join(place, 'SOURCES.txt'))) ||
		(name === 'build' && dirname(place) === top && (await isSetuptoolsBuild(place)))
	);
}

/** A folder named `build` may also be the project's own. */
async function isSetuptoolsBuild(folder: string): Promise<boolean> {
	return (await readdir(folder)).every(name => /^(?:lib|temp|bdist|scripts)(?:[.-].*)?$/.test(name));
}

/**
 * Whether a resolver can tell what a project needs without running its backend, which would leave its traces in the
 * user's folder. A project whose dependencies lie beside it by relative paths is taken where it is, too.
 */
export async function mustBeAskedInPlace(project: HostPath): Promise<boolean> {
	const file = hostPath(join(project, 'pyproject.toml'));
	if (!existsSync(file)) {
		return false;
	}

	const {project: metadata, tool} = parseToml(await readFile(file, 'utf8'), file);
	const dynamic = isTable(metadata) && Array.isArray(metadata.dynamic) ? metadata.dynamic : [];
	const isStatic =
		isTable(metadata) && !['version', 'dependencies', 'optional-dependencies'].some(key => dynamic.includes(key));
	return isStatic || (isTable(tool) && isTable(tool.uv) && tool.uv.sources !== undefined);
}
