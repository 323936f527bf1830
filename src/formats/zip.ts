import {ZipFile, type ZipFileMember} from '../host/zip-file.ts';
import {ArtifactError} from '../model/errors.ts';
import type {NewPackage} from '../model/package.ts';
import {installPath} from '../model/paths.ts';
import {type Entry, sizeOf} from '../model/tree.ts';
import {isMovable, memberName, omittedOutside, omittedOwner} from './archive-place.ts';
import {artifactStem} from './file-name.ts';
import type {Format, PackageWriter, WriteOptions} from './format.ts';

/**
 * A zip archive, whose members are named as those of a tarball: paths from the root where the prefix is fixed, one folder
 * where it may be moved. Modes and links stand in it as Info-ZIP writes them; owners do not.
 */
export const zip: Format = {
	name: 'zip',
	packager: undefined,
	settings: {},
	compressions: () => [
		{method: 'deflate', level: 6},
		{method: 'none', level: 0},
	],
	fileName: pkg => `${artifactStem(pkg)}.zip`,
	omits: pkg =>
		omittedOutside(pkg, 'an archive') ??
		omittedOwner(pkg, isMovable(pkg) ? pkg.prefix : installPath('/'), 'a zip archive names no owners'),
	check: checkZip,
	open: openZip,
};

/** What archiver takes for the drive of another system, and drops: `C:`. */
const drive = /^\w+:/;

function checkZip(pkg: NewPackage): void {
	for (const entry of pkg.tree.entries) {
		const name = memberName(entry, pkg);
		if (name !== undefined && (name.includes('\\') || drive.test(name))) {
			throw new ArtifactError(`${entry.path}: no member of a zip archive can have this name`, {
				code: 'ZIP_NAME_UNFIT',
				hint: 'rename it (Windows takes a backslash for a slash, and a colon for that of a drive), or choose tar.zst',
				format: 'zip',
			});
		}
	}
}

async function openZip(pkg: NewPackage, {file, compression}: WriteOptions): Promise<PackageWriter> {
	return new ZipWriter(pkg, await ZipFile.open(file, compression, pkg.epoch));
}

class ZipWriter implements PackageWriter {
	readonly #pkg: NewPackage;
	readonly #zip: ZipFile;
	#holds = false;

	constructor(pkg: NewPackage, file: ZipFile) {
		this.#pkg = pkg;
		this.#zip = file;
	}

	begin(entry: Entry): void | Promise<void> {
		const name = memberName(entry, this.#pkg);
		this.#holds = name !== undefined;
		return name === undefined ? undefined : this.#zip.begin(memberOf(entry, name));
	}

	write(chunk: Uint8Array): void | Promise<void> {
		return this.#holds ? this.#zip.write(chunk) : undefined;
	}

	end(): void {
		if (this.#holds) {
			this.#zip.end();
		}
	}

	finish(): Promise<void> {
		return this.#zip.finish();
	}

	async abort(): Promise<void> {
		this.#zip.abort();
	}
}

function memberOf(entry: Entry, name: string): ZipFileMember {
	switch (entry.kind) {
		case 'directory':
			return {name, kind: 'directory', mode: entry.mode, size: 0, target: ''};
		case 'link':
			return {name, kind: 'link', mode: 0o777, size: 0, target: entry.target};
		case 'file':
			return {name, kind: 'file', mode: entry.mode, size: sizeOf(entry.content), target: ''};
	}
}
