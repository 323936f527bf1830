import {statSync} from 'node:fs';
import {arHeaderSize, arPadding, encodeArHeader} from '../../codecs/ar.ts';
import {moveTail, overwrite} from '../../host/move-tail.ts';
import {openStretch, reading, type StretchFile} from '../../host/stretch-file.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Signer} from '../signer.ts';
import {listMembers, type Member, readDebArchive} from './archive.ts';

/** The member in which who made a package signs it: debsigs(1), debsig-verify(1). */
const origin = '_gpgorigin';

/**
 * Signs a deb in its place, as its origin: a binary signature over the bodies of its three members, one after the other. One
 * that it had goes away; those of others stay, since they are over the same. `file` must be one that nobody else knows yet.
 * Throws an ArtifactError (AR_INVALID, ARTIFACT_DAMAGED, DEB_INVALID) or a HostError, and what signing throws.
 */
export async function signDeb(file: HostPath, signer: Signer): Promise<void> {
	const {mtime: epoch} = readDebArchive(file, sizeOf(file));
	const signature = await over(file, members => signer.sign(members, {epoch, armor: false}));
	await unsignDeb(file);
	const header = encodeArHeader({name: origin, mtime: epoch, mode: 0o100644, size: signature.length});
	// An odd member that ends the archive may lack the byte that follows it.
	const size = sizeOf(file);
	const member = Buffer.concat([arPadding(size), header, signature, arPadding(signature.length)]);
	await overwrite(file, size, member);
}

async function over(file: HostPath, sign: (data: Iterable<Uint8Array>) => Promise<Uint8Array>): Promise<Uint8Array> {
	const size = sizeOf(file);
	const source = openStretch({file, start: 0, length: size, compression: 'none'});
	try {
		const members = listMembers(source, size);
		const signed = ['debian-binary', 'control.tar', 'data.tar'].flatMap(name =>
			members.filter(member => member.name === name || member.name.startsWith(`${name}.`)),
		);
		return await sign(bodies(source, signed));
	} finally {
		source.close();
	}
}

function* bodies(source: StretchFile, members: readonly Member[]): Generator<Uint8Array> {
	const buffer = Buffer.allocUnsafe(1024 * 1024);
	for (const {start, length} of members) {
		for (let at = 0; at < length; ) {
			const count = source.read(start + at, buffer.subarray(0, Math.min(buffer.length, length - at)));
			if (count === 0) {
				throw new RangeError('the file became shorter while it was read');
			}

			yield buffer.subarray(0, count);
			at += count;
		}
	}
}

/** Takes the signature of its origin out of a deb, in its place; more than one there may be, too. Throws what `signDeb` does. */
export async function unsignDeb(file: HostPath): Promise<void> {
	for (;;) {
		const size = sizeOf(file);
		const source = openStretch({file, start: 0, length: size, compression: 'none'});
		const old = listMembers(source, size).find(({name}) => name === origin);
		source.close();
		if (old === undefined) {
			return;
		}

		const end = Math.min(size, old.start + old.length + arPadding(old.length).length);
		await moveTail(file, {from: end, by: old.start - arHeaderSize - end});
	}
}

function sizeOf(file: HostPath): number {
	return reading(file, () => statSync(file)).size;
}
