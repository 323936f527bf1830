/** rpm's names of a machine. Sources: rpmrc.in (`arch_compat`) and installplatform (`ISANAME`, `ISABITS`) of rpm. */
export interface RpmArch {
	/** Of the header and the file name. */
	readonly name: string;
	/** As in `app(x86-64)`; undefined where nothing depends on the machine. */
	readonly isa: string | undefined;
}

const known: Readonly<Record<string, RpmArch>> = {
	any: {name: 'noarch', isa: undefined},
	x86_64: {name: 'x86_64', isa: 'x86-64'},
	aarch64: {name: 'aarch64', isa: 'aarch-64'},
	armv7l: {name: 'armv7hl', isa: 'armv7hl-32'},
	i386: {name: 'i386', isa: 'x86-32'},
	i686: {name: 'i686', isa: 'x86-32'},
	loongarch64: {name: 'loongarch64', isa: 'loongarch-64'},
	ppc64le: {name: 'ppc64le', isa: 'ppc-64'},
	riscv64: {name: 'riscv64', isa: 'riscv-64'},
	s390x: {name: 's390x', isa: 's390-64'},
};

/** Takes a machine as uname(1) says it, or `any`; one that is not known keeps its name and provides no isa. */
export function rpmArch(machine: string): RpmArch {
	return known[machine] ?? {name: machine, isa: undefined};
}

/** The machine as uname(1) says it, or `any`, for the name of an architecture in a header. */
export function unameOf(name: string): string {
	return Object.entries(known).find(([, arch]) => arch.name === name)?.[0] ?? name;
}
