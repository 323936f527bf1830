import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import type {HostPath} from '../model/paths.ts';

/** The sha256 of a file of any size, in hexadecimal. */
export async function sha256Of(file: HostPath): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file, {highWaterMark: 1024 * 1024})) {
		hash.update(chunk as Buffer);
	}

	return hash.digest('hex');
}
