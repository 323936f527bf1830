import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {arLargestMember, arMagic, arPadding, encodeArHeader} from '../../codecs/ar.ts';
import {encodeSummary} from '../../codecs/manifest.ts';
import {openSink, type Sink} from '../../host/sink.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import {type HostPath, hostPath, type InstallPath} from '../../model/paths.ts';
import type {Compression} from '../../model/plan.ts';
import {type Entry, sizeOf} from '../../model/tree.ts';
import type {FileDigests, PackageWriter, WriteOptions} from '../format.ts';
import {memberOf, TarBody} from '../tar-body.ts';
import {debConffiles} from './conffiles.ts';
import {debControl} from './control.ts';
import {type ControlMember, writeControl} from './control-archive.ts';
import {debTriggers} from './maintainer-settings.ts';
import {Md5sums} from './md5sums.ts';
import {debScripts} from './scripts.ts';

/** dpkg-deb tells the compression by these endings: deb(5). */
const endings: Readonly<Partial<Record<Compression['method'], string>>> = {zstd: '.zst', xz: '.xz', gzip: '.gz'};

/**
 * Begins a deb. The size of a member stands before it, so both archives are spooled into the scratch folder, compressed,
 * and put together in the end. Throws a HostError (XZ_MISSING, DISK_FULL, OUTPUT_UNWRITABLE), as every method does.
 */
export async function openDeb(pkg: NewPackage, options: WriteOptions): Promise<PackageWriter> {
	const spool = hostPath(join(options.scratch, 'deb-data'));
	const data = await TarBody.open(spool, options.compression, pkg.epoch);
	try {
		// dpkg makes no folder that the archive does not name, its root included.
		await data.begin({name: './', kind: 'directory', mode: 0o755, size: 0, target: ''});
		const sums = await Md5sums.open(hostPath(join(options.scratch, 'deb-md5sums')));
		return new DebWriter({pkg, options, data, spool, sums});
	} catch (error) {
		await data.abort();
		throw error;
	}
}

interface DebParts {
	readonly pkg: NewPackage;
	readonly options: WriteOptions;
	readonly data: TarBody;
	/** Where `data` lies. */
	readonly spool: HostPath;
	readonly sums: Md5sums;
}

class DebWriter implements PackageWriter {
	readonly #parts: DebParts;
	/** In KiB, as dpkg-gencontrol counts; the root folder is the first. */
	#installedSize = 1;
	#path = '/' as InstallPath;
	#sink: Sink | undefined;

	constructor(parts: DebParts) {
		this.#parts = parts;
	}

	begin(entry: Entry): void | Promise<void> {
		this.#path = entry.path;
		this.#installedSize += installedSize(entry);
		const {data, pkg} = this.#parts;
		return data.begin(memberOf(entry, {name: `.${entry.path}`, marks: pkg.treatment.marks}));
	}

	write(chunk: Uint8Array): void | Promise<void> {
		return this.#parts.data.write(chunk);
	}

	end(digests: FileDigests): void | Promise<void> {
		const {sums, pkg} = this.#parts;
		// debhelper lists no configuration file either: it is there to be changed.
		const isConffile = pkg.treatment.marks.get(this.#path)?.role === 'conffile';
		const flushed = isConffile ? undefined : sums.add(this.#path, digests.md5);
		const ended = this.#parts.data.end();
		return flushed === undefined ? ended : Promise.all([flushed, ended]).then(() => undefined);
	}

	async finish(): Promise<void> {
		const {data, options, pkg, spool} = this.#parts;
		const dataSize = await data.finish();
		const control = hostPath(join(options.scratch, 'deb-control'));
		const controlSize = await writeControl(control, await this.#controlMembers(), {...options, epoch: pkg.epoch});
		const ending = endings[options.compression.method] ?? '';
		this.#sink = await openSink(options.file);
		const archive = new Archive(this.#sink, pkg.epoch);
		await archive.begin();
		await archive.addBytes('debian-binary', Buffer.from('2.0\n'));
		await archive.addFile(`control.tar${ending}`, control, controlSize);
		await archive.addFile(`data.tar${ending}`, spool, dataSize);
		await this.#sink.close({sync: true});
		await Promise.all([spool, control, this.#parts.sums.file].map(file => rm(file)));
	}

	/** What dpkg keeps of the package. */
	async #controlMembers(): Promise<ControlMember[]> {
		const {pkg, options, sums} = this.#parts;
		const control = debControl(pkg, options, this.#installedSize);
		const triggers = Buffer.from(debTriggers(options.settings));
		const conffiles = Buffer.from(debConffiles(pkg));
		return [
			{name: 'control', mode: 0o644, content: Buffer.from(control)},
			...(conffiles.length === 0 ? [] : [{name: 'conffiles', mode: 0o644, content: conffiles}]),
			{name: 'md5sums', mode: 0o644, content: {file: sums.file, size: await sums.finish()}},
			...[...debScripts(pkg, options.settings)].map(([name, text]) => {
				return {name, mode: 0o755, content: Buffer.from(text)};
			}),
			...(triggers.length === 0 ? [] : [{name: 'triggers', mode: 0o644, content: triggers}]),
			{name: 'venvpack.json', mode: 0o644, content: encodeSummary(pkg.manifest)},
		];
	}

	async abort(): Promise<void> {
		await this.#parts.data.abort();
		await this.#parts.sums.abort();
		await this.#sink?.abort();
	}
}

/** In KiB. */
function installedSize(entry: Entry): number {
	switch (entry.kind) {
		case 'directory':
			return 1;
		case 'link':
			return Math.ceil(Buffer.byteLength(entry.target) / 1024);
		case 'file':
			return Math.ceil(sizeOf(entry.content) / 1024);
	}
}

/** The outer archive of deb(5). */
class Archive {
	readonly #sink: Sink;
	readonly #epoch: number;

	constructor(sink: Sink, epoch: number) {
		this.#sink = sink;
		this.#epoch = epoch;
	}

	async begin(): Promise<void> {
		await this.#sink.write(Buffer.from(arMagic));
	}

	async addBytes(name: string, bytes: Uint8Array): Promise<void> {
		await this.#header(name, bytes.length);
		await this.#sink.write(bytes);
		await this.#sink.write(arPadding(bytes.length));
	}

	async addFile(name: string, file: HostPath, size: number): Promise<void> {
		await this.#header(name, size);
		await this.#sink.append(file);
		await this.#sink.write(arPadding(size));
	}

	async #header(name: string, size: number): Promise<void> {
		if (size > arLargestMember) {
			throw new ArtifactError(`${name} has ${size} bytes, and a deb holds ${arLargestMember} at most`, {
				code: 'DEB_TOO_LARGE',
				hint: 'choose a tarball or an rpm, or a stronger compression with --compression xz',
				format: 'deb',
			});
		}

		await this.#sink.write(encodeArHeader({name, mtime: this.#epoch, mode: 0o100644, size}));
	}
}
