import {arHeaderSize, arMagic, arPadding, decodeArHeader} from '../../codecs/ar.ts';
import {openStretch, type StretchFile} from '../../host/stretch-file.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Packing, Stretch} from '../../model/tree.ts';

/** What the outer archive of a deb holds: deb(5). */
export interface DebArchive {
	readonly control: Stretch;
	readonly data: Stretch;
	/** Names of members that sign, such as `_gpgorigin`. */
	readonly signatures: readonly string[];
	/** When it was made: seconds since 1970 UTC. */
	readonly mtime: number;
}

/** deb(5) knows three members, and some more of vendors. */
const mostMembers = 100;

const packings: Readonly<Record<string, Packing>> = {
	'': 'none',
	'.gz': 'gzip',
	'.xz': 'xz',
	'.zst': 'zstd',
	'.bz2': 'bzip2',
	'.lzma': 'lzma',
};

/** A member of the outer archive. `start` and `length` in bytes, its header left out. */
export interface Member {
	readonly name: string;
	readonly mtime: number;
	readonly start: number;
	readonly length: number;
}

/** Finds the parts of a deb of `size` bytes. Throws an ArtifactError (AR_INVALID, ARTIFACT_DAMAGED, DEB_INVALID). */
export function readDebArchive(file: HostPath, size: number): DebArchive {
	const source = openStretch({file, start: 0, length: size, compression: 'none'});
	try {
		const members = listMembers(source, size);
		const [first] = members;
		checkVersion(first && textOf(source, first));
		return {
			control: partOf(members, 'control', file),
			data: partOf(members, 'data', file),
			signatures: members.map(({name}) => name).filter(name => name.startsWith('_gpg')),
			mtime: first?.mtime ?? 0,
		};
	} finally {
		source.close();
	}
}

/** The members in their order. Throws an ArtifactError (AR_INVALID, ARTIFACT_DAMAGED, DEB_INVALID). */
export function listMembers(source: StretchFile, size: number): Member[] {
	const members: Member[] = [];
	const header = Buffer.alloc(arHeaderSize);
	for (let at = arMagic.length; at < size; ) {
		const {name, mtime, size: length} = decodeArHeader(header.subarray(0, source.read(at, header)), at);
		const start = at + arHeaderSize;
		if (start + length > size) {
			throw broken('ARTIFACT_DAMAGED', `${name} is to have ${length} bytes, and the file ends before`, at);
		}

		if (members.length === mostMembers) {
			throw broken('DEB_INVALID', `it has more than ${mostMembers} members`, at);
		}

		members.push({name, mtime, start, length});
		at = start + length + arPadding(length).length;
	}

	return members;
}

function textOf(source: StretchFile, {name, start, length}: Member): string {
	const text = Buffer.alloc(Math.min(length, 20));
	source.read(start, text);
	return name === 'debian-binary' ? text.toString('latin1') : '';
}

/** dpkg reads every 2.x: a later minor version only adds. */
function checkVersion(text: string | undefined): void {
	if (!/^2\.\d+\n/.test(text ?? '')) {
		throw broken('DEB_INVALID', `it does not begin with a debian-binary of 2.0, but ${JSON.stringify(text ?? '')}`, 8);
	}
}

function partOf(members: readonly Member[], part: 'control' | 'data', file: HostPath): Stretch {
	const named = members.filter(({name}) => name === `${part}.tar` || name.startsWith(`${part}.tar.`));
	const [member] = named;
	if (member === undefined || named.length > 1) {
		throw broken('DEB_INVALID', `${named.length === 0 ? 'no' : 'more than one'} ${part}.tar is in it`, 0);
	}

	const compression = packings[member.name.slice(`${part}.tar`.length)];
	if (compression === undefined) {
		throw broken('DEB_INVALID', `how ${member.name} is compressed is not known`, member.start);
	}

	return {file, start: member.start, length: member.length, compression};
}

function broken(code: string, what: string, offset: number): ArtifactError {
	return new ArtifactError(`no deb that can be read: ${what} (byte ${offset})`, {
		code,
		format: 'deb',
		offset,
		reading: true,
		hint: 'the file is cut off or damaged: fetch or build it again',
	});
}
