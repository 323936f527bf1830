import type {Elf} from '../../codecs/elf.ts';
import {neededVersions} from '../../codecs/elf-versions.ts';

/** What glibc installs, up to libnsl.so.1: later ones of that name, and libcrypt, are other projects' today. */
const names =
	/^(?:lib(?:c|m|dl|pthread|rt|util|resolv|anl|mvec|thread_db|BrokenLocale|nss_\w+|pcprofile|memusage|SegFault|c_malloc_debug)\.so\.\d+|libnsl\.so\.1|ld[\w-]*\.so\.\d+|ld64\.so\.\d+|linux-vdso\.so\.1|linux-gate\.so\.1)$/;

/** Symbols by which the parts of one glibc call each other: they fit no other build of it. */
const ownVersion = 'GLIBC_PRIVATE';

/**
 * Whether a library is a part of glibc, by its name or, where the file is at hand, by what it asks for: the libcrypt of an
 * old glibc is, that of libxcrypt is not.
 */
export function isOfGlibc(soname: string, elf?: Elf): boolean {
	return names.test(soname) || (elf !== undefined && neededVersions(elf).some(({version}) => version === ownVersion));
}
