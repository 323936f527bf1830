/**
 * How much memory `inspect` takes on artifacts of 1 GB, and on others that are named: npm run build, then
 *   node bench/inspect-memory.ts [ARTIFACT…]         writes bench/results/inspect-memory.md
 *   node bench/inspect-memory.ts --program DIST/cli/main.js …     measures another build
 *   node bench/inspect-memory.ts --files 1000,20000 …             artifacts of 1 GB with so many files; none: --files ''
 * Runs the built command line in a process of its own, whose peak resident set the kernel tells. Needs about 6 GB in TMPDIR.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';

const gigabyte = 1_000_000_000;
const mebibyte = 1024 * 1024;
const formats = ['deb', 'rpm', 'tar.zst'];
const packages = 97;
const packer = fileURLToPath(new URL('pack-tree.ts', import.meta.url));
const {values, positionals: artifacts} = parseArgs({
	allowPositionals: true,
	options: {program: {type: 'string'}, files: {type: 'string', default: '1000,20000,100000'}},
});
const program = values.program ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
/** By format and number of files: of those that can be compressed. */
const peaks = new Map<string, number>();
/** Has a process say at its end how much memory it had at most, in KiB. */
const tellPeak =
	'data:text/javascript,process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))';
const work = mkdtempSync(join(tmpdir(), 'venvpack-bench-'));

interface Case {
	readonly files: number;
	/** Whether the bytes can be compressed, to about half. */
	readonly compressible: boolean;
}

const cases: readonly Case[] = values.files
	.split(',')
	.filter(Boolean)
	.map(Number)
	.flatMap(files => [...(files === 1000 ? [{files, compressible: false}] : []), {files, compressible: true}]);
/** Each artifact is inspected so often, and the largest figure counts: when garbage is collected is a matter of luck. */
const times = 3;

interface Measured {
	readonly megabytes: number;
	readonly seconds: number;
}

try {
	const applications = artifacts.map(file => row([basename(file)], measure(file)));
	const rows = cases.flatMap(one => {
		const out = packed(one);
		return formats.map(format => rowOf(one, format, out));
	});
	const slopes = formats.flatMap(format => slopeOf(format) ?? []);
	const text = report(rows, applications, slopes);
	writeFileSync(fileURLToPath(new URL('results/inspect-memory.md', import.meta.url)), text);
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
	const measured = measure(join(out, name));
	if (compressible) {
		peaks.set(`${format} ${files}`, measured.megabytes);
	}

	return row([files.toLocaleString('en'), compressible ? 'half' : 'all', format], measured);
}

function row(cells: readonly string[], {megabytes, seconds}: Measured): string {
	const text = `| ${[...cells, megabytes.toFixed(0), seconds.toFixed(1)].join(' | ')} |`;
	process.stdout.write(`${text}\n`);
	return text;
}

function measure(artifact: string): Measured {
	const all = Array.from({length: times}, () => measureOnce(artifact));
	return {
		megabytes: Math.max(...all.map(({megabytes}) => megabytes)),
		seconds: Math.min(...all.map(({seconds}) => seconds)),
	};
}

function measureOnce(artifact: string): Measured {
	const begin = performance.now();
	// Through a shell that stays: the kernel counts the memory of who starts a program as the program's own.
	const command = [process.execPath, '--import', tellPeak, program, 'inspect', artifact];
	const {stderr, status} = spawnSync('sh', ['-c', '"$@"; exit $?', 'sh', ...command], {
		encoding: 'utf8',
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	if (status !== 0) {
		throw new Error(`inspect ${artifact}: ${stderr}`);
	}

	const seconds = (performance.now() - begin) / 1000;
	return {megabytes: (Number(/\d+$/.exec(stderr)?.[0]) * 1024) / 1_000_000, seconds};
}

/** What a file costs, between 20,000 and 100,000 of them, in bytes; undefined where these were not measured. */
function slopeOf(format: string): string | undefined {
	const [some, many] = [20_000, 100_000].map(files => peaks.get(`${format} ${files}`));
	return some === undefined || many === undefined
		? undefined
		: `${Math.round(((many - some) * 1_000_000) / 80_000).toLocaleString('en')} bytes in a ${format}`;
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

function report(rows: readonly string[], applications: readonly string[], slopes: readonly string[]): string {
	const slope = `Beyond 20,000 files, each further one takes ${slopes.join(', ')}: its path, its entry in the tree, its line in a RECORD.`;
	const synthetic = `## Artifacts that unpack to 1 GB

| files | what stays when compressed | format | peak MB | seconds |
|---|---|---|---|---|
${rows.join('\n')}
`;
	const real = `## Applications

| artifact | peak MB | seconds |
|---|---|---|
${applications.join('\n')}
`;
	return `# Memory of inspect

Peak resident set of \`venvpack inspect\`, Node's own 43 MB included: the largest of ${times} runs. Made by
\`node bench/inspect-memory.ts\` with Node ${process.versions.node}. Seconds are the least of these runs, on a shared machine.

${[...(slopes.length > 0 ? [`${slope}\n`] : []), ...(rows.length > 0 ? [synthetic] : []), ...(applications.length > 0 ? [real] : [])].join('\n')}`;
}
