/**
 * What it takes to write an asar archive, here and by @electron/asar itself, and why this is not left to it:
 *   node bench/asar.ts              writes bench/results/asar.md
 * Each case runs in a process of its own, whose peak resident set the kernel tells. Needs about 1 GB in TMPDIR.
 */
import {execFileSync} from 'node:child_process';
import {createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {createPackageFromStreams} from '@electron/asar';
import {scanTree} from '../src/host/scan.ts';
import {hostPath, installPath} from '../src/model/paths.ts';
import {sizeOf} from '../src/model/tree.ts';
import {writeManyFiles} from './synthetic.ts';

interface Measured {
	readonly seconds: number;
	readonly peakMiB: number;
}

const counts = [10_000, 50_000];
const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
	compare();
} else {
	await byLibrary(folder, out);
}

function compare(): void {
	const work = mkdtempSync(join(tmpdir(), 'venvpack-bench-'));
	try {
		const rows = counts.flatMap(count => {
			const tree = join(work, `files-${count}`);
			writeManyFiles(tree, count);
			return [
				row(count, '`venvpack`', run('pack-tree.ts', tree, 'asar', outIn(work, `own-${count}`))),
				row(count, '`createPackageFromStreams`', run('asar.ts', tree, outIn(work, `library-${count}`))),
			];
		});
		const results = fileURLToPath(new URL('results', import.meta.url));
		writeFileSync(join(results, 'asar.md'), report(rows));
	} finally {
		rmSync(work, {recursive: true, force: true});
	}
}

function outIn(work: string, name: string): string {
	const place = join(work, name);
	mkdirSync(place);
	return place;
}

function run(script: string, ...args: readonly string[]): Measured {
	const program = fileURLToPath(new URL(script, import.meta.url));
	return JSON.parse(execFileSync(process.execPath, [program, ...args], {encoding: 'utf8'}));
}

async function byLibrary(tree: string, place: string): Promise<void> {
	const begin = performance.now();
	const {entries} = scanTree({root: hostPath(tree), from: installPath('/opt/app')});
	const streams = entries.map(entry => {
		const path = entry.path.slice(1);
		return entry.kind === 'file'
			? {
					...{type: 'file' as const, path, unpacked: false, stat: {mode: entry.mode, size: sizeOf(entry.content)}},
					streamGenerator: () => createReadStream(join(tree, entry.path)),
				}
			: {type: 'directory' as const, path, unpacked: false};
	});
	await createPackageFromStreams(join(place, 'a.asar'), streams as Parameters<typeof createPackageFromStreams>[1]);
	const measured = {
		seconds: (performance.now() - begin) / 1000,
		peakMiB: process.resourceUsage().maxRSS / 1024,
	};
	process.stdout.write(`${JSON.stringify(measured)}\n`);
}

function row(count: number, what: string, {seconds, peakMiB}: Measured): string {
	return `| ${count.toLocaleString('en')} | ${what} | ${seconds.toFixed(1)} | ${Math.round(peakMiB)} |`;
}

function report(rows: readonly string[]): string {
	return `# Writing asar archives

Files of a few hundred bytes each, written by \`node bench/asar.ts\`; the whole process, Node's own 50 MiB included. The library reads
every file twice, through streams, and keeps what it knows of each until the end; where the disk is full it waits for ever. So
venvpack writes the archive, and has the library read the finished header.

| files | by | seconds | peak MiB |
|---|---|---|---|
${rows.join('\n')}
`;
}
