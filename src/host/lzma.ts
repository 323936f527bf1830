import type {Transform} from 'node:stream';

/** What is used of lzma-native. Its published types take numbers for texts. */
export interface Lzma {
	createStream(coder: 'streamDecoder' | 'aloneDecoder', options: {readonly memlimit: number}): Transform;
}

/** The optional package lzma-native; undefined where it is not installed, or does not run on this machine. */
export async function loadLzma(): Promise<Lzma | undefined> {
	try {
		const module = await import('lzma-native');
		return module.default as unknown as Lzma;
	} catch {
		return undefined;
	}
}
