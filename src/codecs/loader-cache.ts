/** Where the loader of a machine finds a library. */
export interface CachedLibrary {
	readonly soname: string;
	/** As ldconfig wrote it, often a link. */
	readonly path: string;
}

/** The first bytes of the format that glibc 2.2 brought, and since 2.32 the only one that ldconfig writes. */
const magic = 'glibc-ld.so.cache1.1';
/** Of the older one, which may stand before it for old programs. */
const oldMagic = 'ld.so-1.7.0';
const headerSize = 48;
const entrySize = 24;

/**
 * Reads /etc/ld.so.cache as glibc's sysdeps/generic/dl-cache.h lays it out, in the order of the file. Libraries for some
 * processors only (a hwcap of their own) are left out: what a machine has here, another may not. Empty for what is no such
 * file, as where musl is the C library, and without what points outside of it.
 */
export function decodeLoaderCache(bytes: Uint8Array): readonly CachedLibrary[] {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const start = startOf(file);
	if (start === undefined || file.length < start + headerSize) {
		return [];
	}

	// The byte order of the machine that wrote it; since 2.33 the header says it, 3 for big.
	const isBig = (file[start + 28] ?? 0) % 4 === 3;
	const int = (at: number) => (isBig ? file.readUInt32BE(at) : file.readUInt32LE(at));
	const count = Math.min(int(start + 20), Math.floor((file.length - start - headerSize) / entrySize));
	return Array.from({length: count}, (_, index) => start + headerSize + index * entrySize)
		.filter(at => int(at + 16) === 0 && int(at + 20) === 0)
		.map(at => ({
			soname: textAt(file, start + int(at + 4)),
			path: textAt(file, start + int(at + 8)),
		}))
		.filter(({soname, path}) => soname !== '' && path.startsWith('/'));
}

/** The old format has 12 bytes an entry; what follows it is aligned to 8. */
function startOf(file: Buffer): number | undefined {
	const old = file.subarray(0, oldMagic.length).toString('latin1') === oldMagic && file.length >= 16;
	const start = old ? Math.ceil((16 + file.readUInt32LE(12) * 12) / 8) * 8 : 0;
	return file.subarray(start, start + magic.length).toString('latin1') === magic ? start : undefined;
}

function textAt(file: Buffer, at: number): string {
	const end = file.indexOf(0, at);
	return at < file.length && end >= 0 ? file.toString('utf8', at, end) : '';
}
