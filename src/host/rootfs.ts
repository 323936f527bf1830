import {existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {HostError, UsageError} from '../model/errors.ts';
import type {Listener} from '../model/events.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {run} from './run.ts';

/**
 * Checks what the user calls a root: a folder that holds one, or the name of a suite.
 * Throws a UsageError (ROOTFS_INVALID).
 */
export function acceptRootfs(wanted: string): void {
	const isFolder = wanted.includes('/');
	const isRoot = ['etc', 'usr/bin/env', 'bin/sh'].every(path => lstatSync(join(wanted, path), {throwIfNoEntry: false}));
	if (isFolder ? !isRoot : !/^[a-z][a-z0-9.-]*$/.test(wanted)) {
		throw new UsageError(
			`--rootfs ${wanted}: ${isFolder ? 'no root of a distribution lies there' : 'no name of a suite'}`,
			{
				code: 'ROOTFS_INVALID',
				hint: 'give a folder such as ./root, made by debootstrap or dnf --installroot, or a suite such as bookworm',
			},
		);
	}
}

/**
 * Where the root of a suite lies: below `cache`, made by debootstrap the first time. Whoever comes meanwhile waits for it;
 * the lock is the kernel's, so that a killed process leaves none.
 * Throws a HostError (ROOTFS_FAILED, TOOL_MISSING).
 */
export async function suiteRoot(
	suite: string,
	{cache, listener}: {cache: HostPath; listener: Listener},
): Promise<HostPath> {
	const base = hostPath(join(cache, suite));
	mkdirSync(cache, {recursive: true});
	if (existsSync(base)) {
		return base;
	}

	const script = findScript(suite);
	listener({kind: 'note', message: `${suite} is made by debootstrap, once: it is kept in ${cache}`});
	const settings = hostPath(join(cache, `${suite}.apt.conf`));
	writeFileSync(settings, await aptSettings());
	await run('flock', [`${base}.lock`, 'sh', '-c', make, 'make', base, suite, settings, ...mirrorOf(script)], {
		tool: 'debootstrap',
		code: 'ROOTFS_FAILED',
		doing: `making ${suite}`,
		hint: 'debootstrap SUITE FOLDER shows more; a folder that holds a root will do as well',
		env: {...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8'},
		listener,
	});
	return base;
}

/** The folder gets its name last: one that has it is complete. */
const make = `
set -e
base=$1 suite=$2 settings=$3
shift 3
test ! -e "$base" || exit 0
rm -rf --one-file-system "$base.new"
debootstrap --variant=minbase --include=ca-certificates "$suite" "$base.new" "$@"
cp "$settings" "$base.new/etc/apt/apt.conf.d/90venvpack"
rm -f "$base.new"/var/cache/apt/archives/*.deb
mv "$base.new" "$base"
`;

const scripts = '/usr/share/debootstrap/scripts';

function findScript(suite: string): string {
	if (!existsSync(scripts)) {
		throw new HostError('debootstrap is not installed, and makes the roots of suites', {
			code: 'TOOL_MISSING',
			hint: 'install debootstrap, or give --rootfs a folder that holds a root',
			command: 'debootstrap',
		});
	}

	if (!existsSync(join(scripts, suite))) {
		throw new UsageError(`--rootfs ${suite}: debootstrap knows no such suite`, {
			code: 'ROOTFS_INVALID',
			hint: 'give one that it knows, such as bookworm; a folder is written with a slash, such as ./root',
		});
	}

	return join(scripts, suite);
}

/** How this machine reaches its mirrors: proxies and certificates, by apt-config(8). */
async function aptSettings(): Promise<string> {
	try {
		const {stdout} = await run('apt-config', ['dump', '--no-empty', '--format', '%F "%v";%n']);
		return stdout
			.split('\n')
			.filter(line => /^Acquire::[^ ]*(?:proxy|cainfo|verify-)/i.test(line))
			.map(line => `${line}\n`)
			.join('');
	} catch {
		return '';
	}
}

/** The mirror that this machine itself uses, where the suite is one of its own distribution. */
function mirrorOf(script: string): readonly string[] {
	const family = (text: string) => (/ubuntu/.test(text) ? 'ubuntu' : 'debian');
	const sources = ['/etc/apt/sources.list', ...listsIn('/etc/apt/sources.list.d')].filter(file => existsSync(file));
	const release = existsSync('/etc/os-release')
		? /^ID=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
		: undefined;
	const wanted = family(readFileSync(realpathSync(script), 'utf8'));
	const uris = sources.flatMap(
		file => readFileSync(file, 'utf8').match(/(?<=^(?:URIs:|deb)\s.*?)https?:\/\/[^\s\]]+/gm) ?? [],
	);
	return release?.replaceAll('"', '') === wanted ? uris.filter(uri => uri.includes(wanted)).slice(0, 1) : [];
}

function listsIn(folder: string): readonly string[] {
	return existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : [];
}

/** Where a path of a root really lies, links of the root's own folders followed: /lib/x is usr/lib/x in most. */
export function placeIn(root: HostPath, path: string): string {
	const folder = dirname(path);
	if (folder === '/') {
		return path;
	}

	const parent = placeIn(root, folder);
	const stats = lstatSync(`${root}${parent}`, {throwIfNoEntry: false});
	const real = stats?.isSymbolicLink() ? realpathSync(`${root}${parent}`) : undefined;
	const inside = real?.startsWith(`${root}/`) ? real.slice(root.length) : parent;
	return `${inside}${path.slice(folder.length)}`;
}
