import {createHash} from 'node:crypto';
import {type FileHandle, open, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {EncodedHeader} from '../../codecs/rpm-header.ts';
import {guard, openSink, type Sink} from '../../host/sink.ts';
import type {NewPackage} from '../../model/package.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Entry} from '../../model/tree.ts';
import type {FileDigests, PackageWriter, WriteOptions} from '../format.ts';
import {owns} from '../ownership.ts';
import {FileList} from './files.ts';
import {mainHeader} from './header.ts';
import {encodeLead, leadSize} from './lead.ts';
import {PayloadWriter} from './payload.ts';
import {encodeSignature, type SignatureInput} from './signature.ts';
import {evr, rpmVersion} from './version.ts';

const block: number = 1024 * 1024;

/** Begins an rpm. Throws a HostError (XZ_MISSING, DISK_FULL, OUTPUT_UNWRITABLE), as every method does. */
export async function openRpm(pkg: NewPackage, options: WriteOptions): Promise<PackageWriter> {
	const files = new FileList(pkg);
	const spool = hostPath(join(options.scratch, 'rpm-payload'));
	const payload = await PayloadWriter.open(spool, {files, epoch: pkg.epoch, compression: options.compression});
	return new RpmWriter({pkg, options, files, spool, payload});
}

interface RpmParts {
	readonly pkg: NewPackage;
	readonly options: WriteOptions;
	readonly files: FileList;
	readonly spool: HostPath;
	readonly payload: PayloadWriter;
}

class RpmWriter implements PackageWriter {
	readonly #parts: RpmParts;
	#sink: Sink | undefined;
	/** Of the entry begun, its place in the list of files. */
	#index = -1;
	#next = 0;

	constructor(parts: RpmParts) {
		this.#parts = parts;
	}

	begin(entry: Entry): void | Promise<void> {
		const {files, payload, pkg} = this.#parts;
		if (!owns(entry, pkg)) {
			return;
		}

		this.#index = files.indexOf(entry, this.#next);
		if (files.isManifest(this.#index) && entry.kind === 'file') {
			files.setManifest(entry);
		} else {
			this.#next = this.#index + 1;
		}

		return payload.begin(entry, this.#index);
	}

	write(chunk: Uint8Array): void | Promise<void> {
		return this.#parts.payload.write(chunk);
	}

	end(digests: FileDigests): void | Promise<void> {
		this.#parts.files.setDigest(this.#index, digests.sha256);
		return this.#parts.payload.end();
	}

	async finish(): Promise<void> {
		const {pkg, files, options, spool} = this.#parts;
		const payload = await this.#parts.payload.finish();
		const header = mainHeader({...options, pkg, files, payload});
		const size = header.size + payload.compressedSize;
		const {sha1, sha256} = headerDigests(header);
		const known = {sha1, sha256, size, payloadSize: payload.size};
		this.#sink = await openSink(options.file);
		// The signature holds a digest of all that follows it: its place is left open, and filled at the end.
		await this.#sink.write(new Uint8Array(leadSize + encodeSignature({...known, md5: new Uint8Array(16)}).length));
		const md5 = await copyHashed(header, spool, this.#sink);
		await this.#sink.close();
		await fillStart(options.file, startOf(pkg, {...known, md5}));
		await guard(spool, () => rm(spool));
	}

	async abort(): Promise<void> {
		await this.#parts.payload.abort();
		await this.#sink?.abort();
	}
}

function startOf(pkg: NewPackage, signature: SignatureInput): Uint8Array {
	const {name, version, release} = pkg.metadata;
	return Buffer.concat([encodeLead(`${name}-${evr(rpmVersion(version), release)}`), encodeSignature(signature)]);
}

function headerDigests(header: EncodedHeader): {sha1: string; sha256: string} {
	const sha1 = createHash('sha1');
	const sha256 = createHash('sha256');
	for (const chunk of header.chunks()) {
		sha1.update(chunk);
		sha256.update(chunk);
	}

	return {sha1: sha1.digest('hex'), sha256: sha256.digest('hex')};
}

/** Writes header and payload, and gives the MD5 of both. */
async function copyHashed(header: EncodedHeader, payload: HostPath, sink: Sink): Promise<Uint8Array> {
	const md5 = createHash('md5');
	for (const chunk of header.chunks()) {
		md5.update(chunk);
		await sink.write(chunk);
	}

	await withFile(payload, 'r', async source => {
		const buffer = Buffer.allocUnsafe(block);
		for (;;) {
			const {bytesRead} = await source.read(buffer, 0, block, null);
			if (bytesRead === 0) {
				return;
			}

			md5.update(buffer.subarray(0, bytesRead));
			await sink.write(buffer.subarray(0, bytesRead));
		}
	});
	return md5.digest();
}

async function fillStart(file: HostPath, bytes: Uint8Array): Promise<void> {
	await withFile(file, 'r+', async target => {
		await target.write(bytes, 0, bytes.length, 0);
		await target.sync();
	});
}

async function withFile(file: HostPath, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
	await guard(file, async () => {
		const handle = await open(file, flags);
		try {
			await use(handle);
		} finally {
			await handle.close();
		}
	});
}
