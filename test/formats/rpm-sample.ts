/** Small packages for the tests of rpm, and what feeds them to the writer as the pipeline does. */
import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {PackageWriter, WriteOptions} from '../../src/formats/format.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {chunksOf} from '../../src/host/read.ts';
import {plainTreatment} from '../../src/model/additions.ts';
import {noDocuments} from '../../src/model/documents.ts';
import type {Metadata} from '../../src/model/metadata.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {below, hostPath, installPath} from '../../src/model/paths.ts';
import type {Compression} from '../../src/model/plan.ts';
import type {SettingValues} from '../../src/model/settings.ts';
import type {Target} from '../../src/model/target.ts';
import {type Entry, type FileEntry, treeOf} from '../../src/model/tree.ts';

/** A string is a file, `-> x` a link, null a folder; a name that ends in `*` is a program. */
export type Literal = Readonly<Record<string, string | null>>;

export const metadata: Metadata = {
	name: 'hello',
	version: '1.0a1',
	release: '1',
	summary: 'A small thing',
	description: 'Two lines\nof text.',
	license: 'MIT',
	maintainer: 'Ada <ada@example.org>',
	vendor: 'Ada & Co',
	homepage: 'https://example.org/',
};

export const target: Target = {
	id: 'el9',
	packager: 'rpm',
	packagerVersion: '4.16.1.3',
	pythons: ['3.9.18'],
	glibc: '2.34',
};

export const plainTree: Literal = {
	'/opt/hello/bin/hello*': '#!/bin/sh\necho hello\n',
	'/opt/hello/bin/ho': '-> hello',
	'/opt/hello/empty': null,
	'/opt/hello/lib/a.txt': 'abc\n',
	'/opt/hello/lib/empty.txt': '',
	'/usr/bin/hello': '-> /opt/hello/bin/hello',
};

const longName = `${'long-'.repeat(49)}end`;
/** Names that are hard on a format: over 100 and 255 bytes, spaces, brackets, other scripts, bytes beside the slash. */
export const oddTree: Literal = {
	...plainTree,
	[`/opt/hello/${longName}/${longName}/file.py`]: 'deep\n',
	[`/opt/hello/lib/link to ${longName.slice(0, 200)}`]: `-> ../${longName}/${longName}/file.py`,
	'/opt/hello/lib/a b (c) [d] @e #f :g %h &i <j>.txt': 'odd\n',
	'/opt/hello/lib/Grüße 你好 🐍.txt': 'other scripts\n',
	'/opt/hello/lib-x/y': 'sorts before lib/\n',
	'/opt/hello/lib.d/y': 'sorts before lib/\n',
	'/opt/hello/lib/same 1': 'equal bytes',
	'/opt/hello/lib/same 2': 'equal bytes',
	'/opt/hello/zz last': 'after the manifest',
};

export function sample(
	literal: Literal = plainTree,
	changes: Partial<Omit<NewPackage, 'metadata'>> & {metadata?: Partial<Metadata>} = {},
): NewPackage {
	const prefix = changes.prefix ?? installPath('/opt/hello');
	const manifestPath = below(prefix, 'venvpack.json');
	const manifest = {
		kind: 'file',
		path: manifestPath,
		mode: 0o644,
		content: {kind: 'bytes', bytes: new Uint8Array()},
	} as const;
	return {
		arch: 'x86_64',
		epoch: 1_700_000_000,
		needs: {
			interpreter: {path: installPath('/usr/bin/python3.11'), minor: '3.11', minimum: '3.11'},
			glibc: '',
			libraries: [],
		},
		distributions: [],
		treatment: plainTreatment,
		notices: [],
		documents: noDocuments,
		tree: treeOf([...Object.entries(literal).map(entryOf), manifest]),
		...changes,
		metadata: {...metadata, ...changes.metadata},
		prefix,
		manifestPath,
		manifest: {
			...{manifest: 1, venvpack: '0.1.0', name: 'hello', version: '1.0a1', release: '1', summary: 'A small thing'},
			...{license: 'MIT', arch: 'x86_64', prefix, distributions: [], scripts: ['hello'], inputs: 'ab'.repeat(32)},
			python: {path: installPath('/usr/bin/python3.11'), minor: '3.11', minimum: '3.11'},
			...{epoch: 1_700_000_000, allowedLeaks: []},
		},
	};
}

function entryOf([name, value]: [string, string | null]): Entry {
	const path = installPath(name.replace(/\*$/, ''));
	if (value === null) {
		return {kind: 'directory', path, mode: 0o755};
	}

	return value.startsWith('-> ')
		? {kind: 'link', path, target: value.slice(3)}
		: {
				kind: 'file',
				path,
				mode: name.endsWith('*') ? 0o755 : 0o644,
				content: {kind: 'bytes', bytes: Buffer.from(value)},
			};
}

export interface Choices {
	readonly compression?: Compression;
	readonly settings?: SettingValues;
	/** Bytes that each write hands over; default: what `chunksOf` gives. */
	readonly step?: number;
	readonly target?: Target;
}

export function optionsOf(folder: string, choices: Choices = {}): WriteOptions {
	const scratch = hostPath(join(folder, 'scratch'));
	mkdirSync(scratch, {recursive: true});
	return {
		file: hostPath(join(folder, 'out.rpm')),
		scratch,
		target: choices.target ?? target,
		settings: {group: 'Applications/System', requires: [], ...choices.settings},
		compression: choices.compression ?? {method: 'zstd', level: 3},
	};
}

/** Writes a package as the pipeline does, the manifest last, and returns where it lies. */
export async function writeRpm(pkg: NewPackage, folder: string, choices: Choices = {}): Promise<string> {
	const options = optionsOf(folder, choices);
	rpm.check(pkg, options);
	const writer = await rpm.open(pkg, options);
	for (const entry of pkg.tree.entries.filter(one => one.path !== pkg.manifestPath)) {
		await feed(writer, entry, choices.step);
	}

	const content = {kind: 'bytes', bytes: Buffer.from('{"made": "last"}\n')} as const;
	await feed(writer, {kind: 'file', path: pkg.manifestPath, mode: 0o644, content}, choices.step);
	await writer.finish();
	return options.file;
}

async function feed(writer: PackageWriter, entry: Entry, step: number | undefined): Promise<void> {
	await writer.begin(entry);
	if (entry.kind === 'file') {
		await feedFile(writer, entry, step);
	}
}

async function feedFile(writer: PackageWriter, entry: FileEntry, step: number | undefined): Promise<void> {
	const sha256 = createHash('sha256');
	const md5 = createHash('md5');
	for (const chunk of chunksOf(entry.content)) {
		sha256.update(chunk);
		md5.update(chunk);
		for (let at = 0; at < chunk.length; at += step ?? chunk.length) {
			await writer.write(chunk.subarray(at, at + (step ?? chunk.length)));
		}
	}

	await writer.end({sha256: sha256.digest('hex'), md5: md5.digest('hex')});
}

/** A folder that goes away with the test. */
export function folderOf(t: ExecutionContext): string {
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-rpm-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}
