import {ArtifactError} from '../../model/errors.ts';

/** Machines as uname(1) says → as dpkg does. Source: dpkg's cputable and ostable. */
const known: Readonly<Record<string, string>> = {
	any: 'all',
	x86_64: 'amd64',
	aarch64: 'arm64',
	armv7l: 'armhf',
	i386: 'i386',
	i686: 'i386',
	loongarch64: 'loong64',
	ppc64le: 'ppc64el',
	riscv64: 'riscv64',
	s390x: 's390x',
};

/** dpkg's name of a machine, or of `any`. Throws an ArtifactError (DEB_ARCH_UNKNOWN). */
export function debArch(machine: string): string {
	const name = known[machine];
	if (name === undefined) {
		throw new ArtifactError(`Debian's name of the machine ${JSON.stringify(machine)} is not known`, {
			code: 'DEB_ARCH_UNKNOWN',
			hint: `give one of ${Object.keys(known).join(', ')} with --arch`,
			format: 'deb',
		});
	}

	return name;
}

/** The machine as uname(1) says, or `any`, of dpkg's name for it; a name that is not known stays as it is. */
export function machineOfDeb(name: string): string {
	return Object.keys(known).findLast(machine => known[machine] === name) ?? name;
}
