/** Machines that distributions are made for: e_machine of elf(5), the name that people use, and what uname(1) says. */
const machines: ReadonlyArray<readonly [number: number, name: string, arches: readonly string[]]> = [
	[3, 'x86', ['i386', 'i486', 'i586', 'i686']],
	[8, 'MIPS', ['mips', 'mips64', 'mipsel', 'mips64el']],
	[20, 'PowerPC', ['ppc']],
	[21, 'PowerPC64', ['ppc64', 'ppc64le']],
	[22, 'S/390', ['s390', 's390x']],
	[40, 'ARM', ['arm', 'armv6l', 'armv7l', 'armv8l', 'armhf', 'armel']],
	[62, 'x86-64', ['x86_64', 'amd64']],
	[183, 'AArch64', ['aarch64', 'arm64']],
	[243, 'RISC-V', ['riscv64']],
	[258, 'LoongArch', ['loongarch64']],
];

/** Such as `x86-64` for 62; `machine 1234` for one that is not known here. */
export function machineName(machine: number): string {
	return machines.find(([number]) => number === machine)?.[1] ?? `machine ${machine}`;
}

/** The e_machine of what uname(1) says, such as 62 for `x86_64`; undefined for what is not known, and for `any`. */
export function machineOf(arch: string): number | undefined {
	return machines.find(([, , arches]) => arches.includes(arch))?.[0];
}
