import {readdirSync, readFileSync, readlinkSync, statSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {decodeScript} from '../../codecs/shebang.ts';
import type {Move, PythonMove} from '../../model/moves.ts';
import {type HostPath, hostPath, type InstallPath, installPath} from '../../model/paths.ts';
import {isSharedFolder} from '../../model/shared-folders.ts';
import type {VenvFolder} from './venv-folder.ts';

/** A script is no larger. */
const largestScript = 1024 * 1024;

/**
 * What moves when a venv does: every place that its own files say it lies or lay at becomes the prefix, and its base
 * interpreter, by every name that it has there, that of the target. The longest, and so most special, first.
 */
export function movesOfVenv(venv: VenvFolder, prefix: InstallPath, python: PythonMove): Move[] {
	const bases = basesOf(venv, python);
	const targetPrefix = installPath(dirname(dirname(python.target)));
	const places = placesOf(venv).filter(place => !bases.prefixes.includes(place));
	const moves: Move[] = [
		...places.map(from => ({what: 'stage', from, to: prefix}) as const),
		...bases.programs.map(from => ({what: 'interpreter', from, to: python.target}) as const),
		...bases.prefixes.map(from => ({what: 'interpreter', from, to: targetPrefix}) as const),
	];
	const first = new Map(moves.filter(({from}) => /^\/[^/]/.test(from)).map(move => [move.from, move]));
	return [...first.values()]
		.filter(({from, to}) => String(from) !== String(to))
		.sort((one, other) => other.from.length - one.from.length);
}

/** Where the venv lies, by both its names, and where it says that it lies: a moved one was elsewhere when it was made. */
function placesOf(venv: VenvFolder): HostPath[] {
	const {named, folder, configuration} = venv;
	const command = /\s-m (?:venv|virtualenv)\b.*?\s(\/.*)$/.exec(configuration.get('command') ?? '')?.[1];
	const said = [named, folder, command, activated(folder), inScripts(folder)];
	const places = said.flatMap(place => (place === undefined ? [] : [place.replace(/\/+$/, '')]));
	return [...new Set(places)].map(hostPath);
}

/** `VIRTUAL_ENV` of the activate script for POSIX shells; a self-locating one says nothing. */
function activated(folder: HostPath): string | undefined {
	const text = textOf(join(folder, 'bin/activate')) ?? '';
	const line = /^[ \t]*(?:export )?VIRTUAL_ENV=(?:'([^'\n]*)'|"([^"$`\\\n]*)"|(\/[^\s'"$`\\]*))[ \t]*$/m.exec(text);
	const place = line?.[1] ?? line?.[2] ?? line?.[3];
	return place?.startsWith('/') ? place : undefined;
}

/** The venv that most of its scripts are started with. */
function inScripts(folder: HostPath): string | undefined {
	const counts = new Map<string, number>();
	for (const name of namesIn(join(folder, 'bin'))) {
		const file = join(folder, 'bin', name);
		const place = /^(\/.+)\/bin\/python[\d.]*$/.exec(interpreterIn(file) ?? '')?.[1];
		if (place !== undefined) {
			counts.set(place, (counts.get(place) ?? 0) + 1);
		}
	}

	return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))[0]?.[0];
}

function interpreterIn(file: string): string | undefined {
	const stats = statSync(file, {throwIfNoEntry: false});
	const bytes = stats?.isFile() && stats.size <= largestScript ? bytesOf(file) : undefined;
	const shebang = bytes && decodeScript(bytes)?.shebang;
	return shebang && shebang.kind !== 'env' ? shebang.interpreter : undefined;
}

/** The base interpreter as pyvenv.cfg and the links in bin name it, and as it was found. */
function basesOf(
	{folder, configuration, minor}: VenvFolder,
	python: PythonMove,
): {programs: HostPath[]; prefixes: HostPath[]} {
	const home = configuration.get('home');
	const names = ['python', 'python3', `python${minor}`];
	const links = names.map(name => linkOf(join(folder, 'bin', name))).filter(target => target?.startsWith('/'));
	const named = [
		...[configuration.get('executable'), configuration.get('base-executable'), ...links],
		...(home === undefined ? [] : names.map(name => join(home, name))),
	];
	// `/usr/bin/python3` in a text means that of the machine where it is read.
	const programs = [python.builder, ...named.filter(path => path && !isSharedFolder(dirname(dirname(path))))];
	const homes = [home, ...links.map(link => link && dirname(link))].filter(place => place && basename(place) === 'bin');
	const prefixes = [
		...[python.builderPrefix, configuration.get('base-prefix'), configuration.get('base-exec-prefix')],
		...homes.map(place => place && dirname(place)),
	];
	const paths = (list: ReadonlyArray<string | undefined>) =>
		[...new Set(list.flatMap(path => (path?.startsWith('/') ? [path] : [])))].map(hostPath);
	return {programs: paths(programs), prefixes: paths(prefixes)};
}

function linkOf(path: string): string | undefined {
	try {
		return readlinkSync(path);
	} catch {
		return undefined;
	}
}

function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function textOf(file: string): string | undefined {
	return bytesOf(file)?.toString('utf8');
}

function bytesOf(file: string): Buffer | undefined {
	try {
		return readFileSync(file);
	} catch {
		return undefined;
	}
}
