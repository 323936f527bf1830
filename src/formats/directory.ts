import {
	chmodSync,
	closeSync,
	fchmodSync,
	futimesSync,
	lutimesSync,
	mkdirSync,
	openSync,
	symlinkSync,
	utimesSync,
	writeSync,
} from 'node:fs';
import {join} from 'node:path';
import {guard} from '../host/sink.ts';
import type {NewPackage} from '../model/package.ts';
import {type HostPath, hostPath, type InstallPath, isWithin} from '../model/paths.ts';
import type {Entry} from '../model/tree.ts';
import {omittedOwner, outsidePrefix} from './archive-place.ts';
import {folderName} from './file-name.ts';
import type {Format, PackageWriter, WriteOptions} from './format.ts';

/**
 * A folder with the content of the prefix, for `COPY` into an image or for a look at it. The manifest lies in it. What is
 * installed elsewhere is left out, and everything belongs to whoever builds.
 */
export const directory: Format = {
	name: 'dir',
	packager: undefined,
	settings: {},
	compressions: () => [{method: 'none', level: 0}],
	fileName: folderName,
	omits: pkg =>
		outsidePrefix(pkg, 'a folder') ?? omittedOwner(pkg, pkg.prefix, 'a folder belongs to whoever builds it'),
	check: () => undefined,
	open: async (pkg, options) => openDirectory(pkg, options),
};

async function openDirectory(pkg: NewPackage, options: WriteOptions): Promise<PackageWriter> {
	await guard(options.file, () => mkdirSync(options.file, {mode: 0o755}));
	return new DirectoryWriter(pkg, options.file);
}

class DirectoryWriter implements PackageWriter {
	readonly #pkg: NewPackage;
	readonly #root: HostPath;
	#descriptor: number | undefined;
	#place: HostPath;
	#mode = 0;

	constructor(pkg: NewPackage, root: HostPath) {
		this.#pkg = pkg;
		this.#root = root;
		this.#place = root;
	}

	async begin(entry: Entry): Promise<void> {
		if (!isWithin(entry.path, this.#pkg.prefix)) {
			return;
		}

		this.#place = this.#placeOf(entry.path);
		await guard(this.#place, () => this.#make(entry));
	}

	/** Modes come last, those of folders at the very end: what is made meanwhile is the owner's alone. */
	#make(entry: Entry): void {
		switch (entry.kind) {
			case 'directory':
				if (entry.path !== this.#pkg.prefix) {
					mkdirSync(this.#place, {mode: 0o700});
				}

				return;
			case 'link':
				symlinkSync(entry.target, this.#place);
				lutimesSync(this.#place, this.#pkg.epoch, this.#pkg.epoch);
				return;
			case 'file':
				this.#mode = entry.mode;
				this.#descriptor = openSync(this.#place, 'wx', 0o600);
		}
	}

	async write(chunk: Uint8Array): Promise<void> {
		const descriptor = this.#descriptor;
		if (descriptor !== undefined) {
			await guard(this.#place, () => {
				for (let at = 0; at < chunk.length; ) {
					at += writeSync(descriptor, chunk, at);
				}
			});
		}
	}

	async end(): Promise<void> {
		const descriptor = this.#descriptor;
		if (descriptor !== undefined) {
			await guard(this.#place, () => {
				// chmod, since the mode given to open(2) is cut by the umask.
				fchmodSync(descriptor, this.#mode);
				futimesSync(descriptor, this.#pkg.epoch, this.#pkg.epoch);
				this.#descriptor = undefined;
				closeSync(descriptor);
			});
		}
	}

	/** The files are not synced one by one, which takes minutes for a large tree; a kill cannot lose them. */
	async finish(): Promise<void> {
		const {tree, prefix, epoch} = this.#pkg;
		// The deepest first: a folder that nobody may enter closes last.
		for (const entry of tree.entries.toReversed()) {
			if (entry.kind === 'directory' && isWithin(entry.path, prefix)) {
				const place = this.#placeOf(entry.path);
				await guard(place, () => {
					utimesSync(place, epoch, epoch);
					chmodSync(place, entry.mode);
				});
			}
		}
	}

	async abort(): Promise<void> {
		if (this.#descriptor !== undefined) {
			closeSync(this.#descriptor);
			this.#descriptor = undefined;
		}
	}

	#placeOf(path: InstallPath): HostPath {
		return hostPath(join(this.#root, path.slice(this.#pkg.prefix.length)));
	}
}
