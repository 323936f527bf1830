import {createHash} from 'node:crypto';
import {open} from 'node:fs/promises';
import type {HostPath} from '../model/paths.ts';

/** The sha256 of a file of any size, in hexadecimal. One buffer does: a stream makes one for each piece, and they pile up. */
export async function sha256Of(file: HostPath): Promise<string> {
	const hash = createHash('sha256');
	const handle = await open(file);
	try {
		const buffer = Buffer.allocUnsafe(256 * 1024);
		for (;;) {
			const {bytesRead} = await handle.read(buffer);
			if (bytesRead === 0) {
				return hash.digest('hex');
			}

			hash.update(buffer.subarray(0, bytesRead));
		}
	} finally {
		await handle.close();
	}
}
