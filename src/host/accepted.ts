import type {Writable} from 'node:stream';

/** Writes to a stream. Resolves when the bytes are the caller's again, also where the stream is closed before. */
export async function accepted(stream: Writable, bytes: Uint8Array): Promise<void> {
	await new Promise<void>(resolve => {
		stream.once('close', resolve);
		stream.write(bytes, () => {
			stream.off('close', resolve);
			resolve();
		});
	});
}
