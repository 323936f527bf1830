import {readFileSync, realpathSync, statSync} from 'node:fs';
import {machine} from 'node:os';
import {decodeElf, type Elf, isElf} from '../../codecs/elf.ts';
import {libcOf} from '../../host/libc.ts';
import {ArtifactError} from '../../model/errors.ts';
import {machineNamed, machineOf} from '../../model/machines.ts';
import type {HostPath} from '../../model/paths.ts';

/** In bytes: a debug build that links everything statically has some 60 million. */
const largest = 512 * 1024 * 1024;

/**
 * Why the program at `path`, links followed, is none of this machine: built for another processor, or for the other C
 * library, whose wheels would be none of this machine's. Undefined where nothing speaks against it, as for a script.
 * Nothing is started: with an emulator installed a foreign program starts as well.
 */
export function foreign(path: HostPath): string | undefined {
	const elf = elfAt(path);
	if (elf === undefined) {
		return undefined;
	}

	const {machine: code, bits, byteOrder} = elf;
	const itsMachine = machineOf({machine: code, bits, byteOrder});
	if (itsMachine !== machineNamed(machine())) {
		return `it is a program for ${itsMachine}, and this machine is ${machine()}`;
	}

	const itsLibc = libcNamed(elf.interpreter);
	const {family} = libcOf();
	return itsLibc === undefined || itsLibc === family
		? undefined
		: `it is built for ${itsLibc}, and this machine has ${family}`;
}

/** The program as ELF has it; undefined for a script, for what is damaged, and where nothing can be read. */
export function elfAt(path: HostPath): Elf | undefined {
	try {
		const file = realpathSync(path);
		const bytes = statSync(file).size > largest ? undefined : readFileSync(file);
		return bytes && isElf(bytes) ? decodeElf(bytes) : undefined;
	} catch (error) {
		if (error instanceof ArtifactError || (error instanceof Error && 'syscall' in error)) {
			return undefined;
		}

		throw error;
	}
}

/** By the loader that a program asks for; undefined for a static one, and for a loader that is not known here. */
function libcNamed(loader: string | undefined): 'glibc' | 'musl' | undefined {
	const name = loader?.slice(loader.lastIndexOf('/') + 1) ?? '';
	return name.startsWith('ld-musl-') ? 'musl' : /^ld(?:-linux|64)?[\w.-]*\.so\.\d+$/.test(name) ? 'glibc' : undefined;
}
