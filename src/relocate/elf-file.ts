import {decodeElf, type Elf, isElf} from '../codecs/elf.ts';
import {ArtifactError} from '../model/errors.ts';

/** Reads an ELF file; undefined for what is none and for a damaged one: that is data, which no loader will read. */
export function elfOf(bytes: Uint8Array): Elf | undefined {
	return isElf(bytes) ? unlessDamaged(() => decodeElf(bytes)) : undefined;
}

/** What `ask` returns; undefined where the file turns out to be damaged. */
export function unlessDamaged<Answer>(ask: () => Answer): Answer | undefined {
	try {
		return ask();
	} catch (error) {
		if (error instanceof ArtifactError) {
			return undefined;
		}

		throw error;
	}
}
