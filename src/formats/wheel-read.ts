import {decodeCoreMetadata, decodeMetadataFields} from '../codecs/core-metadata.ts';
import {decodeRecord} from '../codecs/record.ts';
import {namesInTail} from '../codecs/zip.ts';
import {readSome} from '../host/contents.ts';
import {ArtifactError} from '../model/errors.ts';
import type {Metadata} from '../model/metadata.ts';
import type {Declared, OpenedPackage} from '../model/package.ts';
import {below, type InstallPath, nameOf, parentOf} from '../model/paths.ts';
import type {FileEntry, Tree} from '../model/tree.ts';
import type {ArtifactFile, Reader} from './reader.ts';
import {entriesOf} from './zip-entries.ts';
import {newestOf, placeMembers} from './zip-members.ts';
import {isZip} from './zip-read.ts';

/**
 * A wheel, which installs nothing by itself: its tree begins at `/`, which stands for the site-packages of whoever
 * installs it. Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
 */
export const wheelReader: Reader = {
	name: 'wheel',
	carries: {
		modes: 'executable',
		links: false,
		emptyFolders: false,
		owners: false,
		relations: true,
		digests: true,
		metadata: true,
		outsidePrefix: false,
	},
	// The specification has the dist-info last: a wheel that begins with it, and is large, is read as a zip archive.
	recognises: head => isZip(head) && namesInTail(head.tail).some(name => wheelFile.test(`/${name}`)),
	read: readWheel,
};

const format = 'wheel';
const wheelFile = /^\/[^/]+\.dist-info\/WHEEL$/;
/** In bytes: what is larger is no METADATA and no RECORD. */
const textLimit = 32 * 1024 * 1024;

async function readWheel(artifact: ArtifactFile): Promise<OpenedPackage> {
	const members = placeMembers(artifact);
	const tree = (await entriesOf(members, format)).tree();
	const info = infoFolder(tree);
	const text = await textsIn(tree, info);
	return {
		format,
		carries: wheelReader.carries,
		pkg: {
			metadata: metadataOf(text('METADATA')),
			prefix: '/' as InstallPath,
			arch: archOf(valuesOf(text('WHEEL'), 'tag')),
			tree,
			manifest: undefined,
			epoch: newestOf(members),
		},
		declared: declaredOf(tree, info, text),
	};
}

/** Throws an ArtifactError (WHEEL_INVALID) unless there is exactly one. */
function infoFolder(tree: Tree): InstallPath {
	const found = tree.entries.filter(entry => entry.kind === 'file' && wheelFile.test(entry.path));
	const [first] = found;
	if (first === undefined || found.length > 1) {
		const what = found.length > 1 ? `${found.length} distributions` : 'no WHEEL in a dist-info folder at its top';
		throw new ArtifactError(`the wheel has ${what}`, {
			code: 'WHEEL_INVALID',
			format,
			reading: true,
			hint: 'a wheel is one distribution: build it again with a build backend',
		});
	}

	return parentOf(first.path);
}

type TextOf = (name: string) => string;

/** The small files of the dist-info folder, read in one go; an empty text for what is not there. */
async function textsIn(tree: Tree, info: InstallPath): Promise<TextOf> {
	const wanted = ['METADATA', 'WHEEL', 'RECORD'].map(name => below(info, name));
	const files = tree.entries.filter(
		(entry): entry is FileEntry => entry.kind === 'file' && wanted.includes(entry.path),
	);
	const read = await readSome(files, textLimit);
	return name => Buffer.from(read.get(below(info, name)) ?? []).toString();
}

function metadataOf(text: string): Metadata {
	const {name, version, summary, description, license, authors, maintainers, homepage} = decodeCoreMetadata(text);
	return {
		...{name, version, summary, description, license, homepage},
		release: '',
		maintainer: maintainers[0] ?? authors[0] ?? '',
		vendor: '',
	};
}

/** From tags such as `cp311-cp311-manylinux_2_17_x86_64`: the machine of the last, as uname(1) says it. */
function archOf(wheelTags: readonly string[]): string {
	const platform = wheelTags.at(-1)?.split('-').at(-1) ?? '';
	const machine = /^(?:manylinux(?:1|2010|2014|_\d+_\d+)|musllinux_\d+_\d+|linux|macosx_\d+_\d+)_(.+)$/.exec(
		platform,
	)?.[1];
	return machine ?? (platform === 'any' ? 'any' : platform);
}

function valuesOf(text: string, name: string): readonly string[] {
	return (decodeMetadataFields(text).fields.get(name) ?? []).map(value => value.trim());
}

const toldElsewhere = new Set(['name', 'version', 'summary', 'description', 'requires-dist', 'license']);

function declaredOf(tree: Tree, info: InstallPath, text: TextOf): Declared {
	const requires = valuesOf(text('METADATA'), 'requires-dist');
	const fields = [...decodeMetadataFields(text('WHEEL')).fields, ...decodeMetadataFields(text('METADATA')).fields]
		.filter(([name]) => !toldElsewhere.has(name))
		.map(([name, values]) => [name, values.join('\n')] as const);
	return {
		relations: requires.length === 0 ? {} : {requires},
		scripts: new Map(),
		conffiles: [],
		owners: new Map(),
		digests: digestsOf(text('RECORD')),
		signatures: tree.entries
			.filter(({path}) => parentOf(path) === info && /^RECORD\.(?:jws|p7s)$/.test(nameOf(path)))
			.map(({path}) => nameOf(path)),
		fields: new Map(fields),
	};
}

/** The rows of RECORD that have a SHA-256, which is what installers check. */
function digestsOf(record: string): Declared['digests'] {
	const files = new Map<InstallPath, string>();
	for (const {path, hash} of decodeRecord(record)) {
		const base64 = /^sha256=([\w-]{43})=?$/.exec(hash)?.[1];
		if (base64 !== undefined && !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\0')) {
			files.set(below('/' as InstallPath, path), Buffer.from(base64, 'base64url').toString('hex'));
		}
	}

	return files.size === 0 ? undefined : {algorithm: 'sha256', files};
}
