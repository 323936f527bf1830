/**
 * How much memory `inspect` takes on artifacts of 1 GB: npm run build, then
 *   node bench/inspect-memory.ts         writes bench/results/inspect-memory.md
 * Runs the built command line in a process of its own, whose peak resident set the kernel tells. Needs about 6 GB in TMPDIR.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const gigabyte = 1_000_000_000;
const mebibyte = 1024 * 1024;
const formats = ['deb', 'rpm', 'tar.zst'];
const packages = 97;
const packer = fileURLToPath(new URL('pack-tree.ts', import.meta.url));
const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
/** Has a process say at its end how much memory it had at most, in KiB. */
const tellPeak =
	'data:text/javascript,process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))';
const work = mkdtempSync(join(tmpdir(), 'venvpack-bench-'));

interface Case {
	readonly files: number;
	/** Whether the bytes can be compressed, to about half. */
	readonly compressible: boolean;
}

const cases: readonly Case[] = [1000, 20_000].flatMap(files =>
	[false, true].map(compressible => ({files, compressible})),
);

try {
	const rows = cases.flatMap(one => {
		const out = packed(one);
		return formats.map(format => rowOf(one, format, out));
	});
	writeFileSync(fileURLToPath(new URL('results/inspect-memory.md', import.meta.url)), report(rows));
} finally {
	rmSync(work, {recursive: true, force: true});
}

function packed(one: Case): string {
	const tree = join(work, 'tree');
	const out = join(work, 'out');
	for (const folder of [tree, out]) {
		rmSync(folder, {recursive: true, force: true});
	}

	writeTree(tree, one);
	execFileSync(process.execPath, [packer, tree, formats.join(','), out], {stdio: 'ignore'});
	return out;
}

function rowOf({files, compressible}: Case, format: string, out: string): string {
	const name = readdirSync(out).find(one => one.endsWith(`.${format}`)) ?? '';
	const begin = performance.now();
	const {stderr} = spawnSync(process.execPath, ['--import', tellPeak, program, 'inspect', join(out, name)], {
		encoding: 'utf8',
	});
	const seconds = (performance.now() - begin) / 1000;
	const peak = (Number(/\d+$/.exec(stderr)?.[0]) * 1024) / 1_000_000;
	const row = `| ${files} | ${compressible ? 'half' : 'all'} | ${format} | ${peak.toFixed(0)} | ${seconds.toFixed(1)} |`;
	process.stdout.write(`${row}\n`);
	return row;
}

/** A gigabyte in so many files, every tenth of them named as a library is, and what their distributions say of them. */
function writeTree(tree: string, {files, compressible}: Case): void {
	const site = join(tree, 'opt/app/lib/python3.11/site-packages');
	const size = Math.floor(gigabyte / files);
	const records = Array.from({length: packages}, () => '');
	for (let at = 0; at < files; at++) {
		const folder = `package_${at % packages}`;
		const name = `${folder}/some_file_${at}.${at % 10 === 0 ? 'so' : 'dat'}`;
		mkdirSync(join(site, folder), {recursive: true});
		writeBytes(join(site, name), size, compressible);
		records[at % packages] += `${name},sha256=${'x'.repeat(43)},${size}\n`;
	}

	for (const [at, record] of records.entries()) {
		const info = join(site, `package_${at}-1.0.dist-info`);
		mkdirSync(info, {recursive: true});
		writeFileSync(join(info, 'METADATA'), `Metadata-Version: 2.1\nName: package_${at}\nVersion: 1.0\n\n`);
		writeFileSync(join(info, 'RECORD'), record);
	}
}

function writeBytes(file: string, size: number, compressible: boolean): void {
	writeFileSync(file, '');
	for (let left = size; left > 0; left -= mebibyte) {
		const length = Math.min(left, mebibyte);
		const bytes = randomBytes(length);
		appendFileSync(file, compressible ? bytes.toString('hex').slice(0, length) : bytes);
	}
}

function report(rows: readonly string[]): string {
	return `# Memory of inspect

Peak resident set of \`venvpack inspect\`, Node's own 43 MB included, on artifacts that unpack to 1 GB. Made by
\`node bench/inspect-memory.ts\` with Node ${process.versions.node}. Times are of a shared machine.

| files | what stays when compressed | format | peak MB | seconds |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
