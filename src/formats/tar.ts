import {encodeSummary} from '../codecs/manifest.ts';
import {ArtifactError} from '../model/errors.ts';
import type {NewPackage} from '../model/package.ts';
import {below, type InstallPath, isWithin} from '../model/paths.ts';
import type {Compression} from '../model/plan.ts';
import type {Entry} from '../model/tree.ts';
import {memberName, omittedOutside} from './archive-place.ts';
import {artifactStem} from './file-name.ts';
import type {Format, PackageWriter, WriteOptions} from './format.ts';
import {memberOf, TarBody} from './tar-body.ts';

/**
 * A tarball of a fixed prefix holds paths from the root, for `tar -C / -x`: `opt/app/bin/app`; one that may be moved holds
 * one folder, `NAME-VERSION`. Its first file is `venvpack-summary.json` at the prefix, the manifest without its list of
 * files, so that a reader need not unpack the rest to know what it has in hand. It is no file of the tree: other formats
 * keep the summary outside of theirs.
 */
export const tarGz: Format = tarball('tar.gz', {method: 'gzip', level: 9});
export const tarXz: Format = tarball('tar.xz', {method: 'xz', level: 6});
export const tarZst: Format = tarball('tar.zst', {method: 'zstd', level: 9});

function tarball(name: string, compression: Compression): Format {
	return {
		name,
		packager: undefined,
		settings: {},
		compressions: () => [compression],
		fileName: pkg => `${artifactStem(pkg)}.${name}`,
		omits: pkg => omittedOutside(pkg, 'an archive'),
		check: pkg => checkTarball(pkg, name),
		open: openTarball,
	};
}

function summaryPath(pkg: NewPackage): InstallPath {
	return below(pkg.prefix, 'venvpack-summary.json');
}

function checkTarball(pkg: NewPackage, format: string): void {
	const place = summaryPath(pkg);
	if (pkg.tree.entries.some(entry => entry.path === place)) {
		throw new ArtifactError(`${place} is in the tree, and is where a tarball has the summary of its manifest`, {
			code: 'TAR_SUMMARY_TAKEN',
			hint: 'rename that file',
			format,
		});
	}
}

async function openTarball(pkg: NewPackage, options: WriteOptions): Promise<PackageWriter> {
	const body = await TarBody.open(options.file, options.compression, pkg.epoch, {sync: true});
	const writer = new TarballWriter(pkg, body);
	try {
		await writer.addSummary();
		return writer;
	} catch (error) {
		await writer.abort();
		throw error;
	}
}

class TarballWriter implements PackageWriter {
	readonly #pkg: NewPackage;
	readonly #body: TarBody;
	/** Whether the archive has the entry begun. */
	#holds = false;

	constructor(pkg: NewPackage, body: TarBody) {
		this.#pkg = pkg;
		this.#body = body;
	}

	/** The folders down to the prefix, then the summary: whatever else sorts before them comes after. */
	async addSummary(): Promise<void> {
		const {tree, manifest, prefix} = this.#pkg;
		for (const entry of tree.entries) {
			if (isAbove(entry, prefix)) {
				await this.#add(entry);
			}
		}

		const bytes = encodeSummary(manifest);
		const summary: Entry = {
			...{kind: 'file', path: summaryPath(this.#pkg), mode: 0o644},
			content: {kind: 'bytes', bytes},
		};
		await this.#add(summary);
		await this.write(bytes);
		await this.end();
	}

	begin(entry: Entry): void | Promise<void> {
		return isAbove(entry, this.#pkg.prefix) ? undefined : this.#add(entry);
	}

	#add(entry: Entry): void | Promise<void> {
		const name = memberName(entry, this.#pkg);
		this.#holds = name !== undefined;
		return name === undefined ? undefined : this.#body.begin(memberOf(entry, {name, marks: this.#pkg.treatment.marks}));
	}

	write(chunk: Uint8Array): void | Promise<void> {
		return this.#holds ? this.#body.write(chunk) : undefined;
	}

	end(): void | Promise<void> {
		return this.#holds ? this.#body.end() : undefined;
	}

	async finish(): Promise<void> {
		await this.#body.finish();
	}

	async abort(): Promise<void> {
		await this.#body.abort();
	}
}

/** Whether it is the folder of the prefix or one above it; those are written first. */
function isAbove(entry: Entry, prefix: InstallPath): boolean {
	return entry.kind === 'directory' && isWithin(prefix, entry.path);
}
