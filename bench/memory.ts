/**
 * How much memory packing takes, by the number of files and by their bytes:
 *   npm run bench:memory            writes bench/results/memory.md
 * Each case runs in a process of its own, whose peak resident set the kernel tells. Needs about 4 GB in TMPDIR.
 */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {writeLargeFile, writeManyFiles} from './synthetic.ts';

interface Measured {
	readonly files: number;
	readonly bytes: number;
	readonly seconds: number;
	readonly peakMiB: number;
}

const formats = ['deb', 'rpm', 'tar.zst', 'deb,rpm,tar.zst'];
/** Enough to fill every buffer of three compressors: growth from fewer would count those as the cost of files. */
const few = 20_000;
const many = 200_000;
const sizes = [5].map(gibibytes => gibibytes * 1024 ** 3);
const program = fileURLToPath(new URL('pack-tree.ts', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'venvpack-bench-'));

try {
	const rows = [...[few, many].flatMap(manyFiles), ...sizes.flatMap(largeFile)];
	const slopes = formats.map(format => `| ${format} | ${slopeOf(rows, format)} |`);
	const results = fileURLToPath(new URL('results', import.meta.url));
	mkdirSync(results, {recursive: true});
	writeFileSync(join(results, 'memory.md'), report(rows, slopes));
} finally {
	rmSync(work, {recursive: true, force: true});
}

interface Row extends Measured {
	readonly what: string;
	readonly format: string;
	readonly count: number;
}

function manyFiles(count: number): Row[] {
	const tree = join(work, `files-${count}`);
	writeManyFiles(tree, count);
	return formats.map(format => ({what: `${count} files`, format, count, ...measure(tree, format)}));
}

function largeFile(size: number): Row[] {
	const tree = join(work, `size-${size}`);
	writeLargeFile(tree, size);
	return formats.map(format => ({
		what: `one file of ${size / 1024 ** 3} GiB`,
		format,
		count: 0,
		...measure(tree, format),
	}));
}

function measure(tree: string, format: string): Measured {
	const out = join(work, 'out');
	const printed = execFileSync(process.execPath, [program, tree, format, out], {encoding: 'utf8'});
	rmSync(out, {recursive: true});
	return JSON.parse(printed) as Measured;
}

/** Bytes that each further file costs. */
function slopeOf(rows: readonly Row[], format: string): string {
	const peak = (count: number) => rows.find(row => row.format === format && row.count === count)?.peakMiB ?? Number.NaN;
	return (((peak(many) - peak(few)) * 1024 * 1024) / (many - few)).toFixed(0);
}

function report(rows: readonly Row[], slopes: readonly string[]): string {
	const table = rows.map(
		({what, format, peakMiB, seconds}) => `| ${what} | ${format} | ${peakMiB.toFixed(0)} | ${seconds.toFixed(1)} |`,
	);
	return `# Memory of packing

Peak resident set of the whole process, Node's own 65 MiB included: scanning the tree, the manifest, hashing, and writing
the formats named. Made by \`npm run bench:memory\` with Node ${process.versions.node}. Times are of a shared machine.

| tree | formats | peak MiB | seconds |
|---|---|---|---|
${table.join('\n')}

Bytes of memory for each further file, between ${few} and ${many} files:

| formats | bytes a file |
|---|---|
${slopes.join('\n')}
`;
}
