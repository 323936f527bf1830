import type {ElfFile} from './survey.ts';

/** How ELF files say which machine they are for: e_machine of elf(5), the size of an address, the order of bytes. */
interface Machine {
	/** As uname(1) says, the usual one first. */
	readonly names: readonly [string, ...string[]];
	/** As people say it. */
	readonly spoken: string;
	readonly machine: number;
	readonly bits: 32 | 64;
	readonly byteOrder: 'little' | 'big';
}

/** Those that distributions are made for. */
const machines: readonly Machine[] = [
	{names: ['x86_64', 'amd64'], spoken: 'x86-64', machine: 62, bits: 64, byteOrder: 'little'},
	{names: ['aarch64', 'arm64'], spoken: 'AArch64', machine: 183, bits: 64, byteOrder: 'little'},
	{names: ['i686', 'i386', 'i486', 'i586'], spoken: 'x86', machine: 3, bits: 32, byteOrder: 'little'},
	{
		names: ['armv7l', 'arm', 'armv6l', 'armv8l', 'armhf', 'armel'],
		spoken: 'ARM',
		machine: 40,
		bits: 32,
		byteOrder: 'little',
	},
	{names: ['ppc64le'], spoken: 'PowerPC64', machine: 21, bits: 64, byteOrder: 'little'},
	{names: ['ppc64'], spoken: 'PowerPC64', machine: 21, bits: 64, byteOrder: 'big'},
	{names: ['ppc'], spoken: 'PowerPC', machine: 20, bits: 32, byteOrder: 'big'},
	{names: ['s390x'], spoken: 'S/390', machine: 22, bits: 64, byteOrder: 'big'},
	{names: ['s390'], spoken: 'S/390', machine: 22, bits: 32, byteOrder: 'big'},
	{names: ['mips64el', 'mips64'], spoken: 'MIPS', machine: 8, bits: 64, byteOrder: 'little'},
	{names: ['mipsel', 'mips'], spoken: 'MIPS', machine: 8, bits: 32, byteOrder: 'little'},
	{names: ['riscv64'], spoken: 'RISC-V', machine: 243, bits: 64, byteOrder: 'little'},
	{names: ['loongarch64'], spoken: 'LoongArch', machine: 258, bits: 64, byteOrder: 'little'},
];

/** The machine that an ELF file is for, as uname(1) would say; `machine 1234, 32 bits` for one that is not known here. */
export function machineOf({machine, bits, byteOrder}: Pick<ElfFile, 'machine' | 'bits' | 'byteOrder'>): string {
	const known = machines.find(one => one.machine === machine && one.bits === bits && one.byteOrder === byteOrder);
	return known?.names[0] ?? `machine ${machine}, ${bits} bits`;
}

/** One name for each machine, whichever a package uses. */
export function machineNamed(name: string): string {
	return machines.find(({names}) => names.includes(name))?.names[0] ?? name;
}

/** The e_machine of what uname(1) says, such as 62 for `x86_64`; undefined for what is not known, and for `any`. */
export function elfMachineOf(name: string): number | undefined {
	return machines.find(({names}) => names.includes(name))?.machine;
}

/** An e_machine as people say it, such as `x86-64` for 62; `machine 1234` for one that is not known here. */
export function spokenMachine(machine: number): string {
	return machines.find(one => one.machine === machine)?.spoken ?? `machine ${machine}`;
}
