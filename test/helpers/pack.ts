import {createHash} from 'node:crypto';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Format, PackageWriter, WriteOptions} from '../../src/formats/format.ts';
import {chunksOf} from '../../src/host/read.ts';
import {removeOnExit} from '../../src/host/temporary.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import type {SettingValues} from '../../src/model/settings.ts';
import type {Target} from '../../src/model/target.ts';
import type {Entry} from '../../src/model/tree.ts';

export const debian12: Target = {
	id: 'debian-12',
	packager: 'dpkg',
	packagerVersion: '1.21.22',
	pythons: ['3.11.2'],
	glibc: '2.36',
};

export interface PackOptions extends Partial<Omit<WriteOptions, 'settings'>> {
	/** Over the format's defaults. */
	readonly settings?: SettingValues;
	/** Files reach the writer in pieces of so many bytes; default: as they are read. */
	readonly pieces?: number;
}

/** What `format` is asked for, by its own defaults, in a folder that goes away with the process. */
export function writeOptions(format: Format, pkg: NewPackage, options: PackOptions = {}): WriteOptions {
	const folder = temporaryFolder();
	const target = options.target ?? debian12;
	const defaults = Object.fromEntries(Object.entries(format.settings).map(([key, value]) => [key, value.default]));
	const [compression = {method: 'none', level: 0}] = format.compressions(target);
	return {
		file: options.file ?? hostPath(join(folder, format.fileName(pkg))),
		scratch: options.scratch ?? temporaryFolder(),
		target,
		settings: {...defaults, ...options.settings},
		compression: options.compression ?? compression,
	};
}

/** Writes a package as the build does: entry by entry, the manifest last. Returns where the artifact lies. */
export async function pack(format: Format, pkg: NewPackage, options: PackOptions = {}): Promise<HostPath> {
	const write = writeOptions(format, pkg, options);
	format.check(pkg, write);
	const writer = await format.open(pkg, write);
	const isManifest = (entry: Entry) => entry.path === pkg.manifestPath;
	const {entries} = pkg.tree;
	for (const entry of [...entries.filter(entry => !isManifest(entry)), ...entries.filter(isManifest)]) {
		await packEntry(writer, entry, options.pieces);
	}

	await writer.finish();
	return write.file;
}

async function packEntry(writer: PackageWriter, entry: Entry, pieces: number | undefined): Promise<void> {
	await writer.begin(entry);
	if (entry.kind !== 'file') {
		return;
	}

	const sha256 = createHash('sha256');
	const md5 = createHash('md5');
	for (const chunk of chunksOf(entry.content)) {
		sha256.update(chunk);
		md5.update(chunk);
		const step = pieces ?? chunk.length;
		for (let at = 0; at < chunk.length; at += step) {
			// The writer must not keep what it was given: the copy is overwritten as soon as it answered.
			const piece = Uint8Array.from(chunk.subarray(at, at + step));
			await writer.write(piece);
			piece.fill(0xaa);
		}
	}

	await writer.end({sha256: sha256.digest('hex'), md5: md5.digest('hex')});
}

/** A folder that goes away with the process. */
export function temporaryFolder(): HostPath {
	return removeOnExit(hostPath(mkdtempSync(join(tmpdir(), 'venvpack-test-'))));
}
