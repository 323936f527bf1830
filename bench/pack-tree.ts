/**
 * Packs one folder as the build does, in a process of its own, and prints what it took as JSON:
 *   node bench/pack-tree.ts FOLDER FORMAT[,FORMAT…] OUT
 */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {keepHeapSmall} from '../cli/heap.ts';
import {formatNamed} from '../src/formats/formats.ts';
import {scanTree} from '../src/host/scan.ts';
import {type HostPath, hostPath, installPath} from '../src/model/paths.ts';
import {pack} from '../src/operations/pack.ts';
import {packageOfTree} from './synthetic.ts';

keepHeapSmall();
const [folder = '', names = '', out = ''] = process.argv.slice(2);
const scratch = hostPath(join(out, 'scratch'));
mkdirSync(scratch, {recursive: true});

const targets = {
	dpkg: {id: 'debian-12', packager: 'dpkg', packagerVersion: '1.21.22', pythons: ['3.11.2'], glibc: '2.36'},
	rpm: {id: 'el9', packager: 'rpm', packagerVersion: '4.16.1.3', pythons: ['3.9.21'], glibc: '2.34'},
} as const;
const begin = performance.now();
const tree = scanTree({root: hostPath(folder), from: installPath('/opt/app')});
const pkg = packageOfTree(tree);
const writers = [];
for (const name of names.split(',')) {
	const format = formatNamed(name);
	const target = targets[format.packager ?? 'dpkg'];
	const settings = Object.fromEntries(Object.entries(format.settings).map(([key, value]) => [key, value.default]));
	const [compression = {method: 'none', level: 0} as const] = format.compressions(target);
	const file: HostPath = hostPath(join(out, format.fileName(pkg)));
	const options = {file, scratch: hostPath(join(scratch, name)), target, settings, compression};
	mkdirSync(options.scratch);
	writers.push(await format.open(pkg, options));
}

const packed = await pack({
	pkg,
	recipients: writers.map(writer => ({writer, own: []})),
	checks: [],
	rewritten: new Map(),
	scratch,
	listener: () => undefined,
});
await Promise.all(writers.map(writer => writer.finish()));
process.stdout.write(
	`${JSON.stringify({
		files: packed.files,
		bytes: packed.bytes,
		seconds: (performance.now() - begin) / 1000,
		/** Of the whole process, Node's own share included; getrusage(2) counts in KiB. */
		peakMiB: process.resourceUsage().maxRSS / 1024,
	})}\n`,
);
