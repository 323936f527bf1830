import {type TarMember, type TarOwner, tarBlock, tarPadding} from '../codecs/tar.ts';
import {TarDecoder} from '../codecs/tar-decoder.ts';
import {ByteReader} from '../host/byte-reader.ts';
import {unpacked} from '../host/unpack.ts';
import {ArtifactError} from '../model/errors.ts';
import type {Owner} from '../model/owner.ts';
import type {Stretch} from '../model/tree.ts';
import type {ArchiveEntries} from './archive-entries.ts';

/** A member that a tar archive holds, while the archive goes by. */
export interface PassingMember {
	readonly member: TarMember;
	/** Where its content begins in what the stretch unpacks to. */
	readonly offset: number;
	/** The content, once, before the next member is asked for. The caller bounds `member.size` beforehand. */
	read(): Promise<Uint8Array>;
}

/**
 * Unpacks a tar archive and gives its members one by one. It is read to its end, so that the checksums of its
 * compression are compared. Throws an ArtifactError: what `TarDecoder` and `unpacked` do, ARTIFACT_DAMAGED where the
 * archive is cut off.
 */
export async function* tarMembers(stretch: Stretch, format: string): AsyncGenerator<PassingMember> {
	const reader = new ByteReader(unpacked(stretch, {format}), position => cutOff(stretch, format, position));
	const decoder = new TarDecoder();
	try {
		for (;;) {
			const at = reader.position;
			const step = decoder.header(await reader.take(tarBlock), at);
			if (step.kind === 'end') {
				break;
			}

			const offset = reader.position;
			if (step.kind === 'extension') {
				decoder.extend(await reader.take(step.size), offset);
				await reader.skip(tarPadding(step.size).length);
			} else {
				const {member} = step;
				yield {member, offset, read: async () => Buffer.from(await reader.take(member.size))};
				await reader.skip(offset + member.size + tarPadding(member.size).length - reader.position);
			}
		}

		await reader.drain();
	} finally {
		await reader.close();
	}
}

/** Adds a member to a tree; the content of a file stays where it is. Throws an ArtifactError, as `entries` does. */
export function addTarMember(entries: ArchiveEntries, {member, offset}: PassingMember, stretch: Stretch): void {
	const {name, kind, mode, size, target} = member;
	const path = entries.place(name);
	const owner = ownerOf(member.owner);
	switch (kind) {
		case 'directory':
			entries.add({kind, path, mode}, owner);
			return;
		case 'link':
			entries.add({kind, path, target}, owner);
			return;
		case 'file':
			entries.add({kind, path, mode, content: {kind: 'packed', stretch, offset, size}}, owner);
			return;
		case 'hardlink':
			entries.addHardLink(path, entries.place(target), owner);
			return;
		case 'other':
			throw entries.refusal(
				'ARTIFACT_ENTRY_UNSUPPORTED',
				`${path} is a device, a pipe or something else that is no file`,
				{
					hint: 'no package of a venv holds such a thing; pack it without',
					offset,
				},
			);
	}
}

/** Names count before numbers, as for tar and dpkg. */
function ownerOf({uid, gid, user, group}: TarOwner): Owner {
	return {user: user === '' ? String(uid) : user, group: group === '' ? String(gid) : group};
}

function cutOff({file, start}: Stretch, format: string, position: number): ArtifactError {
	return new ArtifactError(`${file}: the tar archive that begins at byte ${start} is cut off after ${position} bytes`, {
		code: 'ARTIFACT_DAMAGED',
		format,
		offset: start,
		reading: true,
		hint: 'fetch or build the file again',
	});
}
