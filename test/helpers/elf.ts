/** What a small ELF file of 64 bits says. */
export interface SmallElf {
	/** e_machine; default: 62, x86-64. */
	readonly machine?: number;
	/** e_type; default: 3, a shared object. */
	readonly type?: number;
	readonly interpreter?: string;
	readonly needed?: readonly string[];
	readonly soname?: string;
	readonly runpath?: string;
	/** Such as `GLIBC_2.34`, of libc.so.6. */
	readonly glibc?: string;
}

const [headerSize, segmentSize] = [64, 56];

/** An ELF file with the headers and the dynamic section that a loader would read, and nothing to run: System V ABI. */
export function smallElf(said: SmallElf = {}): Buffer {
	const strings = new Strings();
	const needed = [...(said.needed ?? []), ...(said.glibc ? ['libc.so.6'] : [])];
	const text = (tag: number, value: string | undefined) => (value === undefined ? [] : [[tag, strings.add(value)]]);
	const entries = [
		...[...new Set(needed)].flatMap(name => text(1, name)),
		...text(14, said.soname),
		...text(29, said.runpath),
	];
	const versions = said.glibc ? versionNeeds(strings.add('libc.so.6'), strings.add(said.glibc)) : Buffer.alloc(0);
	const interpreter = said.interpreter === undefined ? Buffer.alloc(0) : Buffer.from(`${said.interpreter}\0`);
	const start = headerSize + 3 * segmentSize;
	const stringsAt = start + interpreter.length;
	const versionsAt = Math.ceil((stringsAt + strings.bytes().length) / 8) * 8;
	const dynamicAt = versionsAt + versions.length;
	const dynamic = [
		...entries,
		[5, stringsAt],
		[10, strings.bytes().length],
		...(versions.length > 0
			? [
					[0x6f_ff_ff_fe, versionsAt],
					[0x6f_ff_ff_ff, 1],
				]
			: []),
		[0, 0],
	];
	const size = dynamicAt + 16 * dynamic.length;
	const file = Buffer.alloc(size);
	header(file, {type: said.type ?? 3, machine: said.machine ?? 62});
	segment(file, 0, {type: 1, offset: 0, size});
	segment(file, 1, {type: 2, offset: dynamicAt, size: 16 * dynamic.length});
	segment(file, 2, interpreter.length > 0 ? {type: 3, offset: start, size: interpreter.length} : undefined);
	interpreter.copy(file, start);
	strings.bytes().copy(file, stringsAt);
	versions.copy(file, versionsAt);
	for (const [at, [tag = 0, value = 0]] of dynamic.entries()) {
		file.writeBigUInt64LE(BigInt(tag), dynamicAt + 16 * at);
		file.writeBigUInt64LE(BigInt(value), dynamicAt + 16 * at + 8);
	}

	return file;
}

function header(file: Buffer, {type, machine}: {type: number; machine: number}): void {
	file.write('\x7fELF\x02\x01\x01', 'latin1');
	file.writeUInt16LE(type, 16);
	file.writeUInt16LE(machine, 18);
	file.writeUInt32LE(1, 20);
	file.writeBigUInt64LE(BigInt(headerSize), 32);
	file.writeUInt16LE(headerSize, 52);
	file.writeUInt16LE(segmentSize, 54);
	file.writeUInt16LE(3, 56);
}

function segment(file: Buffer, index: number, said: {type: number; offset: number; size: number} | undefined): void {
	const at = headerSize + index * segmentSize;
	const {type = 0, offset = 0, size = 0} = said ?? {};
	file.writeUInt32LE(type, at);
	for (const [field, value] of [offset, offset, offset, size, size].entries()) {
		file.writeBigUInt64LE(BigInt(value), at + 8 + 8 * field);
	}
}

/** One Verneed with one Vernaux. */
function versionNeeds(library: number, version: number): Buffer {
	const bytes = Buffer.alloc(32);
	bytes.writeUInt16LE(1, 0);
	bytes.writeUInt16LE(1, 2);
	bytes.writeUInt32LE(library, 4);
	bytes.writeUInt32LE(16, 8);
	bytes.writeUInt32LE(version, 24);
	return bytes;
}

class Strings {
	#text = '\0';

	add(text: string): number {
		const at = this.#text.length;
		this.#text += `${text}\0`;
		return at;
	}

	bytes(): Buffer {
		return Buffer.from(this.#text, 'latin1');
	}
}
