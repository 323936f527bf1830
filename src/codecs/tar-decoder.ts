import {ArtifactError} from '../model/errors.ts';
import {decodePax, type PaxRecords} from './pax.ts';
import {type TarMember, tarBlock, tarPadding} from './tar.ts';
import {decodeTarHeader, type TarHeader} from './tar-header.ts';
import {tarBroken, tarText} from './tar-text.ts';

/** What a header announces. */
export type TarStep =
	/** So many bytes follow, and padding: they belong to `TarDecoder.extend`. */
	| {readonly kind: 'extension'; readonly size: number}
	/** `member.size` bytes of content follow, and padding. */
	| {readonly kind: 'member'; readonly member: TarMember}
	/** Nothing more. */
	| {readonly kind: 'end'};

/** In bytes: what a name, and what a pax header may have. */
const longestName = 64 * 1024;
const largestPax = 1024 * 1024;

/**
 * Reads tar archives header by header, so that they may come from anywhere: those of GNU tar (long names, numbers in
 * base 256), ustar, pax, star, and from before ustar. Sources: GNU tar's manual, «Basic Tar Format»; POSIX.1-2017, pax;
 * tar(5) of libarchive. Its methods throw an ArtifactError: TAR_INVALID, ARTIFACT_NAME_NOT_UTF8,
 * ARTIFACT_ENTRY_UNSUPPORTED for sparse files and parts of a multi-volume archive.
 */
export class TarDecoder {
	/** Of the next member, from GNU's long names and from pax. */
	#own: PaxRecords = {};
	#global: PaxRecords = {};
	#extension: TarHeader | undefined;

	/** Takes a block of 512 bytes that stood at byte `at` of the archive. */
	header(block: Uint8Array, at: number): TarStep {
		const header = decodeTarHeader(block, at);
		if (!header) {
			return {kind: 'end'};
		}

		switch (header.flag) {
			case 'L':
			case 'K':
			case 'x':
			case 'X':
			case 'g':
				this.#extension = header;
				return {kind: 'extension', size: bounded(header, at)};
			// A label of the archive.
			case 'V':
				return {kind: 'extension', size: 0};
			default: {
				const member = this.#member(header, at);
				this.#own = {};
				return {kind: 'member', member};
			}
		}
	}

	/** Takes the bytes that an extension announced. `at`: where they stand. */
	extend(bytes: Uint8Array, at: number): void {
		switch (this.#extension?.flag) {
			case 'L':
				this.#own = {path: longName(bytes, at), ...this.#own};
				break;
			case 'K':
				this.#own = {linkpath: longName(bytes, at), ...this.#own};
				break;
			case 'g':
				this.#global = {...this.#global, ...decodePax(bytes, at)};
				break;
			case 'x':
			case 'X':
				this.#own = {...this.#own, ...decodePax(bytes, at)};
		}

		this.#extension = undefined;
	}

	#member(header: TarHeader, at: number): TarMember {
		const pax = {...this.#global, ...this.#own};
		const name = pax.path ?? header.name;
		if (header.flag === 'S' || header.flag === 'M' || pax.sparse) {
			throw unsupported(name, header.flag === 'M' ? 'is the rest of a file of another volume' : 'is a sparse file', at);
		}

		const kind = kindOf(header.flag, name);
		return {
			name,
			kind,
			mode: header.mode,
			// Whatever the field says, nothing follows what is no file: so GNU tar and libarchive read it.
			size: kind === 'file' ? (pax.size ?? header.size) : 0,
			target: kind === 'link' || kind === 'hardlink' ? (pax.linkpath ?? header.target) : '',
			mtime: pax.mtime ?? header.mtime,
			owner: {
				uid: pax.uid ?? header.owner.uid,
				gid: pax.gid ?? header.owner.gid,
				user: pax.uname ?? header.owner.user,
				group: pax.gname ?? header.owner.group,
			},
		};
	}
}

export interface PlacedMember {
	readonly member: TarMember;
	/** Where its content begins in the archive, in bytes. */
	readonly offset: number;
}

/** Reads the members of an archive that is in memory. Throws what `TarDecoder` does. */
export function* decodeTar(archive: Uint8Array): Generator<PlacedMember> {
	const decoder = new TarDecoder();
	for (let at = 0; ; ) {
		const step = decoder.header(part(archive, at, tarBlock), at);
		if (step.kind === 'end') {
			return;
		}

		const offset = at + tarBlock;
		const {size} = step.kind === 'member' ? step.member : step;
		const bytes = part(archive, offset, size);
		if (step.kind === 'member') {
			yield {member: step.member, offset};
		} else {
			decoder.extend(bytes, offset);
		}

		at = offset + size + tarPadding(size).length;
	}
}

function part(archive: Uint8Array, at: number, size: number): Uint8Array {
	if (at + size > archive.length) {
		throw tarBroken(at, 'the archive is cut off');
	}

	return archive.subarray(at, at + size);
}

function bounded({flag, size}: TarHeader, at: number): number {
	if (size > (flag === 'L' || flag === 'K' ? longestName : largestPax)) {
		throw tarBroken(at, `the ${flag === 'L' || flag === 'K' ? 'name' : 'pax header'} of a member has ${size} bytes`);
	}

	return size;
}

/** Its NUL is no part of it. */
function longName(bytes: Uint8Array, at: number): string {
	const end = bytes.indexOf(0);
	return tarText(end < 0 ? bytes : bytes.subarray(0, end), at);
}

function kindOf(flag: string, name: string): TarMember['kind'] {
	switch (flag) {
		case '0':
		case '7':
		case '\0':
			// Before ustar, a folder was a file whose name ends with a slash.
			return name.endsWith('/') ? 'directory' : 'file';
		case '1':
			return 'hardlink';
		case '2':
			return 'link';
		case '5':
			return 'directory';
		default:
			return 'other';
	}
}

function unsupported(name: string, is: string, offset: number): ArtifactError {
	return new ArtifactError(`${name} ${is}, which venvpack does not read`, {
		code: 'ARTIFACT_ENTRY_UNSUPPORTED',
		format: 'tar',
		offset,
		reading: true,
		hint: 'unpack the archive and pack it anew without such entries',
	});
}
