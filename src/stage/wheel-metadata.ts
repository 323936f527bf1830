import {basename} from 'node:path';
import {decodeCoreMetadata, type ProjectMetadata} from '../codecs/core-metadata.ts';
import type {Wheel} from '../model/staged.ts';
import {WheelArchive} from './wheel-check/archive.ts';

/** What the METADATA of a wheel that was examined says. Source: the core metadata specification. */
export async function metadataOfWheel(wheel: Wheel): Promise<ProjectMetadata> {
	const archive = await WheelArchive.open(wheel.file, basename(wheel.file));
	try {
		const member = archive.members.find(({name}) => /^[^/]+\.dist-info\/METADATA$/.test(name));
		return decodeCoreMetadata(member ? Buffer.from(await archive.read(member)).toString('utf8') : '');
	} finally {
		archive.close();
	}
}
