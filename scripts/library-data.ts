/**
 * Makes data/libraries: which package of a distribution brings which shared library, from the `symbols` and `shlibs` of
 * its packages.
 *   npm run library-data                 every distribution
 *   npm run library-data debian-12       one of them
 * Of each package only its first kilobytes are fetched, where the control archive stands: some 300 MB a distribution.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {constants, gunzipSync, zstdCompressSync} from 'node:zlib';
import {arHeaderSize, arMagic, decodeArHeader} from '../src/codecs/ar.ts';
import {decodeDebShlibs, decodeDebSymbols} from '../src/codecs/deb-libraries.ts';
import {decodeParagraphs} from '../src/codecs/deb822.ts';
import {encodeLibraryTable} from '../src/codecs/library-table.ts';
import {decodeTar} from '../src/codecs/tar-decoder.ts';
import {unpacked} from '../src/host/unpack.ts';
import {hostPath} from '../src/model/paths.ts';
import type {Packing} from '../src/model/tree.ts';

interface Archive {
	readonly target: string;
	readonly mirror: string;
	readonly suite: string;
	readonly components: readonly string[];
	/** Below `dists/SUITE`, for each component. */
	contents(component: string): string;
}

const debian = (target: string, suite: string): Archive => ({
	target,
	mirror: 'http://deb.debian.org/debian',
	suite,
	components: ['main'],
	contents: component => `${component}/Contents-amd64.gz`,
});
/** Of Ubuntu, what its own developers support: wheels and sdists hardly ask for more. */
const ubuntu = (target: string, suite: string): Archive => ({
	...debian(target, suite),
	mirror: 'http://archive.ubuntu.com/ubuntu',
	contents: () => 'Contents-amd64.gz',
});

const archives: readonly Archive[] = [
	debian('debian-11', 'bullseye'),
	debian('debian-12', 'bookworm'),
	debian('debian-13', 'trixie'),
	ubuntu('ubuntu-22.04', 'jammy'),
	ubuntu('ubuntu-24.04', 'noble'),
	ubuntu('ubuntu-26.04', 'resolute'),
];

/** A library where the loader looks without being told to; `libdb-5.3.so` has its version before its ending. */
const libraryLine =
	/^(?:usr\/)?lib(?:64)?\/(?:x86_64-linux-gnu\/)?(?:ld-linux[^/\s]*|[^/\s]+\.so\.[^/\s]+|lib[^/\s]+-\d[\d.]*\.so)\s+(\S+)$/gm;
/** Of a control archive, by its ending. */
const packings: Readonly<Record<string, Packing>> = {'.gz': 'gzip', '.xz': 'xz', '.zst': 'zstd'};
const firstBytes = 64 * 1024;
const parallel = 16;

const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'library-data-'));
try {
	for (const archive of archives.filter(({target}) => wanted.length === 0 || wanted.includes(target))) {
		await make(archive);
	}
} finally {
	rmSync(scratch, {recursive: true, force: true});
}

async function make(archive: Archive): Promise<void> {
	const files = await packagesWithLibraries(archive);
	const controls = new Map<string, Control>();
	const queue = [...files];
	const work = async () => {
		for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
			controls.set(file, await controlOf(archive, file));
		}
	};
	await Promise.all(Array.from({length: parallel}, work));
	const {target, suite} = archive;
	const inOrder = [...files].sort().flatMap(file => controls.get(file) ?? []);
	const table = encodeLibraryTable({
		target,
		suite,
		libraries: inOrder.values().flatMap(({symbols}) => decodeDebSymbols(symbols)),
		shlibs: inOrder.values().flatMap(({shlibs}) => decodeDebShlibs(shlibs)),
	});
	// With a window of 256 KiB, and so 5 % larger: whoever looks up a few libraries needs no memory for all of it.
	const params = {[constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 18};
	const packed = zstdCompressSync(table, {params});
	writeFileSync(new URL(`../data/libraries/${target}.txt.zst`, import.meta.url), packed);
	process.stdout.write(`${target}: ${files.size} packages, ${packed.length} bytes\n`);
}

/** The files of the packages that hold a library. */
async function packagesWithLibraries(archive: Archive): Promise<Set<string>> {
	const {suite, components} = archive;
	const names = new Set<string>();
	for (const path of new Set(components.map(component => archive.contents(component)))) {
		const list = gunzipSync(await fetched(archive, `dists/${suite}/${path}`));
		for (const text of pieces(list)) {
			for (const [, places = ''] of text.matchAll(libraryLine)) {
				for (const place of places.split(',')) {
					names.add(place.slice(place.lastIndexOf('/') + 1));
				}
			}
		}
	}

	const files = new Set<string>();
	for (const component of components) {
		const index = gunzipSync(await fetched(archive, `dists/${suite}/${component}/binary-amd64/Packages.gz`));
		for (const paragraph of decodeParagraphs(index.toString('utf8'))) {
			const file = paragraph.get('Filename');
			if (file !== undefined && names.has(paragraph.get('Package') ?? '')) {
				files.add(file);
			}
		}
	}

	return files;
}

/** Whole lines, some megabytes at a time: the list of Ubuntu is longer than a text can be. */
function* pieces(list: Buffer): Generator<string> {
	for (let at = 0; at < list.length; ) {
		const newline = list.indexOf('\n', at + 16 * 1024 * 1024);
		const end = newline < 0 ? list.length : newline + 1;
		yield list.toString('latin1', at, end);
		at = end;
	}
}

interface Control {
	readonly symbols: string;
	readonly shlibs: string;
}

/** The `symbols` and `shlibs` of a package; empty where it has none. */
async function controlOf(archive: Archive, path: string): Promise<Control> {
	const start = arMagic.length;
	let deb = await fetched(archive, path, firstBytes);
	const version = decodeArHeader(deb.subarray(start), start);
	const at = start + arHeaderSize + version.size + (version.size % 2);
	const control = decodeArHeader(deb.subarray(at), at);
	const end = at + arHeaderSize + control.size;
	if (end > deb.length) {
		deb = await fetched(archive, path, end);
	}

	const file = hostPath(join(scratch, path.replaceAll('/', '_')));
	writeFileSync(file, deb.subarray(at + arHeaderSize, end));
	const compression = packings[control.name.replace(/\/$/, '').slice('control.tar'.length)] ?? 'none';
	const chunks: Uint8Array[] = [];
	for await (const chunk of unpacked({file, start: 0, length: control.size, compression})) {
		chunks.push(Uint8Array.from(chunk));
	}

	rmSync(file);
	const tar = Buffer.concat(chunks);
	const found = {symbols: '', shlibs: ''};
	for (const {member, offset} of decodeTar(tar)) {
		const name = member.name.replace(/^\.\//, '');
		if (name === 'symbols' || name === 'shlibs') {
			found[name] = tar.toString('utf8', offset, offset + member.size);
		}
	}

	return found;
}

/** The first `length` bytes, or all of it. A mirror under load is asked again. */
async function fetched({mirror}: Archive, path: string, length?: number): Promise<Buffer> {
	for (let attempt = 0; ; attempt++) {
		try {
			const headers = length === undefined ? {} : {range: `bytes=0-${length - 1}`};
			const answer = await fetch(`${mirror}/${path}`, {headers, redirect: 'follow'});
			if (!answer.ok) {
				throw new Error(`${answer.status} for ${path}`);
			}

			return Buffer.from(await answer.arrayBuffer());
		} catch (error) {
			if (attempt === 5) {
				throw error;
			}

			await sleep(500 * 2 ** attempt);
		}
	}
}
