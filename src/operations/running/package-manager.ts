import type {Ended} from '../../host/confined.ts';
import type {OverlaidRoot} from '../../host/overlay.ts';
import type {Sandbox} from '../../host/sandbox.ts';
import type {Listener} from '../../model/events.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {OpenedArtifact} from '../open.ts';

/** Installs, verifies and removes one package in a root. What it answers is as the tool itself ended. */
export interface PackageManager {
	/** Whether installing also installs what the package depends on: its interpreter, to begin with. */
	readonly resolves: boolean;
	install(): Promise<Ended>;
	/** What it says of the installed files; its output is empty where all fit. */
	verify(): Promise<Ended>;
	remove(): Promise<Ended>;
}

export interface Managed {
	readonly sandbox: Sandbox;
	readonly root: OverlaidRoot;
	readonly artifact: OpenedArtifact;
	readonly listener: Listener;
}

/** Package managers may have to download a lot. */
const seconds = 1800;

/**
 * What installs a format in this root; undefined where the format has no package manager, and what is missing where the
 * root has none of them.
 */
export function packageManagerOf(managed: Managed): PackageManager | {readonly missing: string} | undefined {
	const {artifact, root} = managed;
	if (artifact.format === 'deb') {
		return root.find('/usr/bin/apt-get') ? new Apt(managed) : {missing: 'the root has no apt-get'};
	}

	if (artifact.format === 'rpm') {
		return root.find('/usr/bin/dnf') ? new Dnf(managed) : new Rpm(managed);
	}

	return undefined;
}

/** Where the artifact lies in the root while it is installed. */
function placed({root, artifact}: Managed, name: string): InstallPath {
	const path = `/var/cache/${name}` as InstallPath;
	root.put(artifact.file, path);
	return path;
}

class Apt implements PackageManager {
	readonly resolves = true;
	readonly #managed: Managed;
	readonly #name: string;

	constructor(managed: Managed) {
		this.#managed = managed;
		this.#name = managed.artifact.pkg.metadata.name;
	}

	async install(): Promise<Ended> {
		const file = placed(this.#managed, 'artifact.deb');
		return installed(this.#managed.sandbox, file);
	}

	async verify(): Promise<Ended> {
		return this.#managed.sandbox.run(['dpkg', '-V', this.#name], {seconds});
	}

	async remove(): Promise<Ended> {
		return this.#managed.sandbox.run(['dpkg', '--purge', this.#name], {seconds, trusted: 'inside'});
	}
}

/** Installs a file or a package by name; where the lists of a root are older than its mirror they are renewed first. */
export async function installed(sandbox: Sandbox, what: string): Promise<Ended> {
	const options = {seconds, trusted: 'inside'} as const;
	const argv = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', what];
	const first = await sandbox.run(argv, options);
	if (first.code === 0) {
		return first;
	}

	const update = await sandbox.run(['apt-get', 'update', '-q'], options);
	return update.code === 0 ? sandbox.run(argv, options) : first;
}

class Dnf implements PackageManager {
	readonly resolves = true;
	readonly #managed: Managed;

	constructor(managed: Managed) {
		this.#managed = managed;
	}

	async install(): Promise<Ended> {
		const file = placed(this.#managed, 'artifact.rpm');
		return this.#run(['dnf', 'install', '-y', '--nogpgcheck', '--setopt=install_weak_deps=False', file]);
	}

	async verify(): Promise<Ended> {
		return this.#run(['rpm', '-V', this.#managed.artifact.pkg.metadata.name]);
	}

	async remove(): Promise<Ended> {
		return this.#run(['rpm', '-e', this.#managed.artifact.pkg.metadata.name]);
	}

	#run(argv: readonly string[]): Promise<Ended> {
		return this.#managed.sandbox.run(argv, {seconds, trusted: 'inside'});
	}
}

/** This machine's rpm in a root that has none: it knows nothing of the root's packages, so dependencies are not asked. */
class Rpm implements PackageManager {
	readonly resolves = false;
	readonly #managed: Managed;

	constructor(managed: Managed) {
		this.#managed = managed;
	}

	install(): Promise<Ended> {
		this.#managed.listener({kind: 'note', message: 'the root has no dnf: what the rpm depends on is not asked'});
		return this.#run(['-i', '--nodeps', '--ignorearch', this.#managed.artifact.file]);
	}

	verify(): Promise<Ended> {
		return this.#run(['-V', '--nodeps', this.#managed.artifact.pkg.metadata.name]);
	}

	remove(): Promise<Ended> {
		return this.#run(['-e', '--nodeps', this.#managed.artifact.pkg.metadata.name]);
	}

	#run(args: readonly string[]): Promise<Ended> {
		const {sandbox, root} = this.#managed;
		return sandbox.run(['rpm', '--root', root.overlay.merged, ...args], {seconds, trusted: 'outside'});
	}
}
