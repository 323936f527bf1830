import type {ElfFile} from './survey.ts';

/** How ELF files say which machine they are for: e_machine of elf.h, and the size of an address. */
interface Machine {
	/** As uname(1) says. */
	readonly name: string;
	readonly machine: number;
	readonly bits: 32 | 64;
	readonly byteOrder: 'little' | 'big';
}

const machines: readonly Machine[] = [
	{name: 'x86_64', machine: 62, bits: 64, byteOrder: 'little'},
	{name: 'aarch64', machine: 183, bits: 64, byteOrder: 'little'},
	{name: 'i686', machine: 3, bits: 32, byteOrder: 'little'},
	{name: 'armv7l', machine: 40, bits: 32, byteOrder: 'little'},
	{name: 'ppc64le', machine: 21, bits: 64, byteOrder: 'little'},
	{name: 'ppc64', machine: 21, bits: 64, byteOrder: 'big'},
	{name: 's390x', machine: 22, bits: 64, byteOrder: 'big'},
	{name: 'riscv64', machine: 243, bits: 64, byteOrder: 'little'},
	{name: 'loongarch64', machine: 258, bits: 64, byteOrder: 'little'},
];

/** Other names that uname(1) and packages have for the same instructions. */
const aliases: Readonly<Record<string, string>> = {
	i386: 'i686',
	i486: 'i686',
	i586: 'i686',
	amd64: 'x86_64',
	arm64: 'aarch64',
};

/** The machine that an ELF file is for, as uname(1) would say; `machine 8, 32 bits` for one that is not known here. */
export function machineOf({machine, bits, byteOrder}: Pick<ElfFile, 'machine' | 'bits' | 'byteOrder'>): string {
	const known = machines.find(one => one.machine === machine && one.bits === bits && one.byteOrder === byteOrder);
	return known?.name ?? `machine ${machine}, ${bits} bits`;
}

/** One name for each machine, whichever a package uses. */
export function machineNamed(name: string): string {
	return aliases[name] ?? name;
}
