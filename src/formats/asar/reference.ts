import type {HostPath} from '../../model/paths.ts';

/**
 * Has @electron/asar read the header of a finished archive: what it does not take gets no name.
 * Throws a RangeError where it does not, or finds another place for the contents; that is our fault.
 */
export async function refuseUnlessRead(file: HostPath, contentsAt: number): Promise<void> {
	const {getRawHeader} = await import('@electron/asar');
	try {
		const {headerSize} = getRawHeader(file);
		if (headerSize + sizePickle !== contentsAt) {
			throw new RangeError(`the contents begin at ${headerSize + sizePickle}, not at ${contentsAt}`);
		}
	} catch (cause) {
		throw new RangeError(`@electron/asar does not read what was written: ${String(cause)}`, {cause});
	}
}

/** In bytes: the size of the header, before it. */
const sizePickle = 8;
