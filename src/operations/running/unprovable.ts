import {missingLibrary} from '../../check/running/evidence.ts';
import {nameOf} from '../../model/paths.ts';
import type {Survey} from '../../model/survey.ts';
import type {LibraryPromises} from './ground.ts';

/** Why a failure proves nothing here: it is about a library that only this machine lacks. */
export function unprovable(output: string, promises: LibraryPromises, {elf}: Survey): string | undefined {
	const library = missingLibrary(output);
	if (library === undefined || elf.some(({path, soname}) => soname === library || nameOf(path) === library)) {
		return undefined;
	}

	const promise = promises(library);
	return promise && `${library} is not on this machine, and the package depends on ${promise}: --rootfs proves it`;
}
