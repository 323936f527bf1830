/** A shared object with symbols, of either size and byte order. */
export interface ElfSketch {
	readonly bits: 32 | 64;
	readonly byteOrder: 'little' | 'big';
	readonly symbols: ReadonlyArray<{readonly name: string; readonly weak: boolean; readonly defined: boolean}>;
	readonly needed: readonly string[];
	readonly runpath: string | undefined;
	/** DT_NULL after the one that ends the dynamic section. */
	readonly spare: number;
}

/** The parts that a loader reads, and nothing to run: System V ABI, chapters 4 and 5, for 32 and 64 bits. */
export function sketchedElf({bits, byteOrder, symbols, needed, runpath, spare}: ElfSketch): Buffer {
	const width = bits / 8;
	const [headerSize, segmentSize, symbolSize] = bits === 64 ? [64, 56, 24] : [52, 32, 16];
	const strings = ['', ...needed, ...symbols.map(({name}) => name), ...(runpath === undefined ? [] : [runpath])];
	const table = Buffer.from(`${strings.join('\0')}\0`);
	const nameAt = (text: string) => table.indexOf(`\0${text}\0`) + 1;
	const hashAt = headerSize + 2 * segmentSize;
	// One bucket, and as many chains as symbols: nchain is all that is asked for.
	const symbolsAt = hashAt + 4 * (3 + symbols.length + 1) + (symbols.length % 2) * 4;
	const stringsAt = symbolsAt + symbolSize * (symbols.length + 1);
	const dynamicAt = Math.ceil((stringsAt + table.length) / 8) * 8;
	const dynamic = [
		...needed.map(name => [1, nameAt(name)]),
		...(runpath === undefined ? [] : [[29, nameAt(runpath)]]),
		...[
			[4, hashAt],
			[5, stringsAt],
			[6, symbolsAt],
			[10, table.length],
		],
		...Array.from({length: 1 + spare}, () => [0, 0]),
	];
	const dynamicSize = dynamic.length * 2 * width;
	const file = Buffer.alloc(dynamicAt + dynamicSize);
	const put = writer(file, byteOrder);
	file.write('\x7fELF', 'latin1');
	file.set([bits === 64 ? 2 : 1, byteOrder === 'little' ? 1 : 2, 1], 4);
	put(16, 2, 3);
	put(18, 2, bits === 64 ? 62 : 3);
	put(bits === 64 ? 32 : 28, width, headerSize);
	put(bits === 64 ? 54 : 42, 2, segmentSize);
	put(bits === 64 ? 56 : 44, 2, 2);
	const segment = (index: number, type: number, [offset, size]: readonly [number, number]) => {
		const at = headerSize + index * segmentSize;
		put(at, 4, type);
		const fields = bits === 64 ? [8, 16, 32, 40] : [4, 8, 16, 20];
		for (const [field, value] of [offset, offset, size, size].entries()) {
			put(at + (fields[field] ?? 0), width, value);
		}
	};
	segment(0, 1, [0, file.length]);
	segment(1, 2, [dynamicAt, dynamicSize]);
	put(hashAt, 4, 1);
	put(hashAt + 4, 4, symbols.length + 1);
	for (const [index, symbol] of symbols.entries()) {
		putSymbol(put, {at: symbolsAt + (index + 1) * symbolSize, bits, nameAt: nameAt(symbol.name)}, symbol);
	}

	table.copy(file, stringsAt);
	for (const [index, [tag = 0, value = 0]] of dynamic.entries()) {
		put(dynamicAt + index * 2 * width, width, tag);
		put(dynamicAt + (index * 2 + 1) * width, width, value);
	}

	return file;
}

/** st_name, st_info and st_shndx of elf(5). */
function putSymbol(
	put: ReturnType<typeof writer>,
	{at, bits, nameAt}: {readonly at: number; readonly bits: 32 | 64; readonly nameAt: number},
	{weak, defined}: ElfSketch['symbols'][number],
): void {
	put(at, 4, nameAt);
	put(at + (bits === 64 ? 4 : 12), 1, (weak ? 2 : 1) * 16);
	put(at + (bits === 64 ? 6 : 14), 2, defined ? 1 : 0);
}

/** Writes a number of some bytes at a place. */
function writer(file: Buffer, byteOrder: 'little' | 'big'): (at: number, size: number, value: number) => void {
	return (at, size, value) => {
		for (let index = 0; index < size; index++) {
			const place = byteOrder === 'little' ? index : size - 1 - index;
			file[at + place] = Math.floor(value / 2 ** (8 * index)) % 256;
		}
	};
}
