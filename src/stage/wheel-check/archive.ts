import {createHash, type Hash} from 'node:crypto';
import {closeSync, openSync, readSync} from 'node:fs';
import {promisify} from 'node:util';
import {inflateRaw, inflateRawSync} from 'node:zlib';
import {type Entry, openPromise, type ZipFile} from 'yauzl';
import type {HostPath} from '../../model/paths.ts';
import {refusal} from './refusal.ts';

const inflate = promisify(inflateRaw);

/** A member of a wheel as its archive has it; nothing about it is trusted yet. */
export interface Member {
	/** Exactly as in the archive; of a folder with a `/` at its end. */
	readonly name: string;
	/** As in st_mode; 0 where the archive says nothing. */
	readonly mode: number;
	/** Unpacked, in bytes, as the archive claims. */
	readonly size: number;
	readonly packed: number;
	/** Seconds since 1970, the DOS fields read as UTC. */
	readonly time: number;
	readonly entry: Entry;
}

/** Members up to this size (bytes) are read whole, which is several times faster than a stream. */
const wholeUpTo = 8 * 1024 * 1024;
const localHeader = 30;

/** An open wheel. */
export class WheelArchive {
	readonly members: readonly Member[];
	readonly #wheel: string;
	readonly #zip: ZipFile;
	readonly #descriptor: number;

	private constructor(wheel: string, zip: ZipFile, descriptor: number, members: readonly Member[]) {
		this.#wheel = wheel;
		this.#zip = zip;
		this.#descriptor = descriptor;
		this.members = members;
	}

	/** Reads the list of members. Throws an InputError: WHEEL_UNREADABLE, WHEEL_NON_UTF8. */
	static async open(file: HostPath, wheel: string): Promise<WheelArchive> {
		let zip: ZipFile | undefined;
		try {
			zip = await openPromise(file, {autoClose: false, lazyEntries: true, decodeStrings: false});
			const members: Member[] = [];
			for await (const entry of zip.eachEntry()) {
				members.push(memberOf(entry, wheel));
			}

			return new WheelArchive(wheel, zip, openSync(file, 'r'), members);
		} catch (error) {
			zip?.close();
			throw error instanceof Error && 'code' in error && String(error.code).startsWith('WHEEL_')
				? error
				: refusal(wheel, 'WHEEL_UNREADABLE', `it is no readable zip archive (${reason(error)})`, error);
		}
	}

	/** A small member's bytes. Throws an InputError (WHEEL_UNREADABLE). */
	async read(member: Member): Promise<Uint8Array> {
		try {
			return await this.#whole(member);
		} catch (error) {
			throw this.#broken(member, error);
		}
	}

	/** The digests of a member by each of the algorithms. Throws an InputError (WHEEL_UNREADABLE). */
	async digest(member: Member, algorithms: readonly string[]): Promise<Buffer[]> {
		const hashes = algorithms.map(algorithm => createHash(algorithm));
		try {
			if (member.size <= wholeUpTo && member.packed <= wholeUpTo) {
				const bytes = await this.#whole(member);
				update(hashes, bytes);
			} else {
				for await (const chunk of await this.#zip.openReadStreamPromise(member.entry)) {
					update(hashes, chunk as Buffer);
				}
			}
		} catch (error) {
			throw this.#broken(member, error);
		}

		return hashes.map(hash => hash.digest());
	}

	close(): void {
		this.#zip.close();
		closeSync(this.#descriptor);
	}

	/** One read(2) a member: local header and data are neighbours. The local extra field may be longer than the central one. */
	async #whole({entry}: Member): Promise<Uint8Array> {
		const start = entry.relativeOffsetOfLocalHeader;
		const guess = localHeader + entry.fileNameLength + entry.extraFieldLength + 64 + entry.compressedSize;
		let bytes = this.#bytes(start, guess);
		if (bytes.length < localHeader || bytes.readUInt32LE(0) !== 0x04_03_4b_50) {
			throw new Error('no local header where the directory says');
		}

		const nameLength = bytes.readUInt16LE(26);
		if (!bytes.subarray(localHeader, localHeader + nameLength).equals(entry.fileNameRaw)) {
			throw new Error('its local header names another member');
		}

		const data = localHeader + nameLength + bytes.readUInt16LE(28);
		if (data + entry.compressedSize > bytes.length) {
			bytes = this.#bytes(start, data + entry.compressedSize);
		}

		return this.#unpacked(entry, bytes.subarray(data, data + entry.compressedSize));
	}

	async #unpacked(entry: Entry, packed: Buffer): Promise<Uint8Array> {
		if (entry.isEncrypted() || (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)) {
			throw new Error(entry.isEncrypted() ? 'it is encrypted' : `compression method ${entry.compressionMethod}`);
		}

		const bytes = entry.compressionMethod === 0 ? packed : await inflated(packed, entry.uncompressedSize);
		if (bytes.length !== entry.uncompressedSize) {
			throw new Error(`${bytes.length} bytes, and the archive says ${entry.uncompressedSize}`);
		}

		return bytes;
	}

	#bytes(start: number, length: number): Buffer {
		const buffer = Buffer.allocUnsafe(length);
		return buffer.subarray(0, readSync(this.#descriptor, buffer, 0, length, start));
	}

	#broken(member: Member, error: unknown): Error {
		return refusal(
			this.#wheel,
			'WHEEL_UNREADABLE',
			`its member ${member.name} cannot be read (${reason(error)})`,
			error,
		);
	}
}

/** Another thread costs more than a small member does. */
async function inflated(packed: Buffer, size: number): Promise<Buffer> {
	const options = {maxOutputLength: Math.max(size, 1)};
	return size <= 64 * 1024 ? inflateRawSync(packed, options) : inflate(packed, options);
}

function update(hashes: readonly Hash[], chunk: Uint8Array): void {
	for (const hash of hashes) {
		hash.update(chunk);
	}
}

function memberOf(entry: Entry, wheel: string): Member {
	const raw = entry.fileNameRaw;
	const name = raw.toString('utf8');
	if (!Buffer.from(name, 'utf8').equals(raw)) {
		throw refusal(wheel, 'WHEEL_NON_UTF8', `the name of its member ${name} is not UTF-8`);
	}

	return {
		name,
		mode: entry.externalFileAttributes >>> 16,
		size: entry.uncompressedSize,
		packed: entry.compressedSize,
		time: dosTime(entry.lastModFileDate, entry.lastModFileTime),
		entry,
	};
}

/** Fields of APPNOTE 4.4.6; months and days of 0 stand in some archives. */
function dosTime(date: number, time: number): number {
	const [year, month, day] = [(date >> 9) + 1980, Math.max((date >> 5) & 15, 1), Math.max(date & 31, 1)];
	return Date.UTC(year, month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2) / 1000;
}

function reason(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
