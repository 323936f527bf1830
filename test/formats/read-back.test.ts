/** What a writer writes, its reader reads back: exactly as far as the format carries it, contents included. */
import {hash} from 'node:crypto';
import {rmSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import {asar} from '../../src/formats/asar/index.ts';
import {deb} from '../../src/formats/deb/index.ts';
import {directory} from '../../src/formats/directory.ts';
import type {Format} from '../../src/formats/format.ts';
import {readers} from '../../src/formats/readers.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {tarGz, tarXz, tarZst} from '../../src/formats/tar.ts';
import {zip} from '../../src/formats/zip.ts';
import type {Carries} from '../../src/model/carries.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type InstallPath, installPath, parentOf} from '../../src/model/paths.ts';
import {type Entry, sizeOf, type Tree, treeOf} from '../../src/model/tree.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {type PackOptions, pack} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';

/** Adding a format: a line. */
const formats: ReadonlyArray<readonly [format: Format, options?: PackOptions]> = [
	[deb],
	[deb, {compression: {method: 'xz', level: 1}}],
	[deb, {compression: {method: 'gzip', level: 1}}],
	[deb, {compression: {method: 'none', level: 0}}],
	[rpm],
	[tarGz],
	[tarXz],
	[tarZst],
	[zip],
	[zip, {compression: {method: 'none', level: 0}}],
	[asar],
	[directory],
];

const name = fc.oneof(
	{weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_.-]{0,12}$/)},
	{
		weight: 1,
		arbitrary: fc.constantFrom('a b', '(1)', 'é', '日本', '@#:\\', '-x', '...', "it's", '.hidden', '\u{1f40d}', '%s'),
	},
	{weight: 1, arbitrary: fc.integer({min: 90, max: 200}).map(length => 'n'.repeat(length))},
);
const place = fc.array(name, {minLength: 1, maxLength: 4}).map(parts => parts.join('/'));
const fileMode = fc.constantFrom(0o644, 0o755, 0o600, 0o444, 0o640, 0o4755);
const folderMode = fc.constantFrom(0o755, 0o700, 0o2775, 0o1777);
const content = fc.oneof(
	{weight: 6, arbitrary: fc.uint8Array({maxLength: 3000})},
	{weight: 2, arbitrary: fc.constant(new Uint8Array(0))},
	{weight: 1, arbitrary: fc.integer({min: 511, max: 513}).map(size => new Uint8Array(size).fill(7))},
	{weight: 1, arbitrary: fc.integer({min: 1, max: 3_000_000}).map(size => Buffer.alloc(size, 'venvpack'))},
);

type Thing = {readonly place: string} & (
	| {readonly kind: 'file'; readonly mode: number; readonly bytes: Uint8Array}
	| {readonly kind: 'directory'; readonly mode: number}
	| {readonly kind: 'link'; readonly target: string}
);

const thing: fc.Arbitrary<Thing> = fc.oneof(
	{weight: 5, arbitrary: fc.record({place, kind: fc.constant('file' as const), mode: fileMode, bytes: content})},
	{weight: 2, arbitrary: fc.record({place, kind: fc.constant('directory' as const), mode: folderMode})},
	{weight: 2, arbitrary: fc.record({place, kind: fc.constant('link' as const), target: place.map(to => `../${to}`)})},
);

/** Folders outside of the prefix are the system's: no format carries them for their own sake. */
const inside = fc.array(thing, {maxLength: 10});
const outside = fc.array(
	thing.filter(({kind}) => kind !== 'directory'),
	{maxLength: 3},
);

function packageOf(own: readonly Thing[], other: readonly Thing[], {outsidePrefix}: Carries): NewPackage {
	// As a synopsis is written: without an article.
	const base = pkg({}, {metadata: {summary: 'Application to test with'}});
	const entries = new Map<InstallPath, Entry>();
	const all = [
		...own.map(what => entryOf('/opt/app/lib', what)),
		...(outsidePrefix ? other.map(what => entryOf('/usr/share/app', what)) : []),
	];
	for (const entry of all) {
		try {
			treeOf([...entries.values(), entry]);
			entries.set(entry.path, entry);
		} catch {
			// What is generated lies below a file, or comes twice.
		}
	}

	const bytes = Buffer.concat([...encodeManifest(base.manifest, [])]);
	const manifest: Entry = {kind: 'file', path: base.manifestPath, mode: 0o644, content: {kind: 'bytes', bytes}};
	return {...base, tree: treeOf([...entries.values(), manifest])};
}

function entryOf(folder: string, what: Thing): Entry {
	const path = installPath(`${folder}/${what.place}`);
	switch (what.kind) {
		case 'directory':
			return {kind: 'directory', path, mode: what.mode};
		case 'link':
			return {kind: 'link', path, target: what.target};
		case 'file':
			return {kind: 'file', path, mode: what.mode, content: {kind: 'bytes', bytes: what.bytes}};
	}
}

/** What of an entry a format promises to bring back. */
function told(entry: Entry, bytes: Uint8Array | undefined, {modes}: Carries): unknown {
	const mode = 'mode' in entry && modes === 'all' ? entry.mode.toString(8) : '';
	const executable = entry.kind === 'file' && modes !== 'none' && (entry.mode & 0o111) !== 0;
	switch (entry.kind) {
		case 'directory':
			return [entry.path, 'directory', mode];
		case 'link':
			return [entry.path, 'link', entry.target];
		case 'file':
			return [entry.path, 'file', mode, executable, sizeOf(entry.content), bytes && hash('sha256', bytes)];
	}
}

function isCarried(tree: Tree, {emptyFolders, links}: Carries): (entry: Entry) => boolean {
	const full = new Set(tree.entries.filter(({kind}) => kind !== 'directory').flatMap(({path}) => parentsOf(path)));
	return ({kind, path}) => (kind === 'directory' ? emptyFolders || full.has(path) : kind === 'file' || links);
}

function parentsOf(path: InstallPath): InstallPath[] {
	return path === '/' ? [] : [parentOf(path), ...parentsOf(parentOf(path))];
}

const carriesBack = test.macro(async (t: ExecutionContext, format: Format, options: PackOptions) => {
	const reader = readers.find(one => one.name === format.name);
	if (!reader) {
		t.fail('nothing reads it');
		return;
	}

	const {carries} = reader;
	// A backslash cannot stand in a zip archive: zip.test.ts says so.
	const fits = ({place: named}: Thing) => format !== zip || !named.includes('\\');
	const property = fc.asyncProperty(inside, outside, async (own, other) => {
		const written = packageOf(own.filter(fits), other.filter(fits), carries);
		const file = await pack(format, written, options);
		const read = await opened(file);
		const contents = await contentsOf(read);
		const {entries} = written.tree;
		t.deepEqual(
			read.pkg.tree.entries.map(entry => told(entry, contents.get(entry.path), carries)),
			entries
				.filter(isCarried(written.tree, carries))
				.map(entry =>
					told(
						entry,
						entry.kind === 'file' && entry.content.kind === 'bytes' ? entry.content.bytes : undefined,
						carries,
					),
				),
		);
		t.deepEqual(read.pkg.manifest, written.manifest);
		t.like(read.pkg, {prefix: written.prefix, arch: written.arch, epoch: written.epoch});
		const {name: itsName, version, release, summary, license, maintainer, homepage} = written.metadata;
		t.like(read.pkg.metadata, {name: itsName, version, release, summary, license});
		t.like(read.pkg.metadata, carries.metadata ? {homepage} : {maintainer: ''});
		t.is(carries.metadata && format.packager === 'dpkg' ? read.pkg.metadata.maintainer : maintainer, maintainer);
		t.is(carries.owners ? read.declared.owners.size : 0, 0);
		t.is(read.declared.digests !== undefined, carries.digests);
		read.close();
		rmSync(file, {recursive: true});
	});
	await t.notThrowsAsync(fc.assert(property, {numRuns: 15}));
});

for (const [format, options = {}] of formats) {
	test(`${format.name}${options.compression ? `, ${options.compression.method}` : ''}`, carriesBack, format, options);
}
