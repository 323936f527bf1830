/**
 * The header of an asar archive, which alone says where everything lies: two numbers, then JSON, both in the pickles of
 * Chromium. Source: https://github.com/electron/asar (README, «Format»; src/disk.ts, src/pickle.ts).
 */
import {ArtifactError} from '../model/errors.ts';
import {JsonScanner} from './json-scanner.ts';

/** What the archive holds, by its path from the top without a slash before it. */
export type AsarNode =
	| {readonly kind: 'directory'; readonly path: string}
	/** `target`: from the top, too. */
	| {readonly kind: 'link'; readonly path: string; readonly target: string}
	| AsarFile;

export interface AsarFile {
	readonly kind: 'file';
	readonly path: string;
	readonly size: number;
	/** In bytes, from the end of the header. */
	readonly offset: number;
	readonly executable: boolean;
	/** Hexadecimal; empty where the archive has none. */
	readonly sha256: string;
}

/** Every `blockSize` bytes of a file have a digest of their own, so that a part of it can be checked. */
export interface EncodedAsarFile extends AsarFile {
	/** Hexadecimal sha256 of each block; of a file without bytes, that of nothing. */
	readonly blocks: readonly string[];
}

export type EncodedAsarNode = Exclude<AsarNode, AsarFile> | EncodedAsarFile;

/** In bytes; that of @electron/asar. */
export const asarBlock: number = 4 * 1024 * 1024;

/** In bytes: what precedes the JSON. */
export const asarLead = 16;

/** The most that a file may have, in bytes: @electron/asar packs no larger one. */
export const largestAsarFile: number = 2 ** 32 - 1;

/** What precedes `length` bytes of JSON, and what follows until the contents begin. */
export function encodeAsarLead(length: number): {readonly before: Uint8Array; readonly after: Uint8Array} {
	const padding = (4 - (length % 4)) % 4;
	const before = Buffer.alloc(asarLead);
	before.writeUInt32LE(4, 0);
	before.writeUInt32LE(length + padding + 8, 4);
	before.writeUInt32LE(length + padding + 4, 8);
	before.writeUInt32LE(length, 12);
	return {before, after: Buffer.alloc(padding)};
}

/** Where the JSON and the header end. */
export interface AsarLead {
	/** In bytes. */
	readonly jsonLength: number;
	/** Where the contents begin, in bytes from the start of the archive. */
	readonly end: number;
}

/** Reads the first 16 bytes; undefined where no asar archive begins so, whose four numbers all follow from the last. */
export function decodeAsarLead(head: Uint8Array): AsarLead | undefined {
	if (head.length <= asarLead) {
		return undefined;
	}

	const bytes = Buffer.from(head.buffer, head.byteOffset, asarLead);
	const jsonLength = bytes.readUInt32LE(12);
	// Beyond that, the lengths that follow from it would not fit into their four bytes.
	if (jsonLength > 2 ** 31 || head[asarLead] !== 0x7b) {
		return undefined;
	}

	const {before, after} = encodeAsarLead(jsonLength);
	return bytes.equals(before) ? {jsonLength, end: asarLead + jsonLength + after.length} : undefined;
}

/**
 * The JSON of a header in pieces of some size. The nodes come in the order of folders: each after the one that holds it, and
 * before any that does not lie in it.
 */
export function* encodeAsarHeader(nodes: Iterable<EncodedAsarNode>): Generator<string> {
	const open: string[] = [];
	let text = '{"files":{';
	let separator = '';
	for (const node of nodes) {
		const cut = node.path.lastIndexOf('/');
		const parent = cut < 0 ? '' : node.path.slice(0, cut);
		while ((open.at(-1) ?? '') !== parent) {
			open.pop();
			text += '}}';
			separator = ',';
		}

		text += `${separator}${JSON.stringify(node.path.slice(cut + 1))}:`;
		if (node.kind === 'directory') {
			open.push(node.path);
			text += '{"files":{';
			separator = '';
		} else {
			text += JSON.stringify(leafOf(node));
			separator = ',';
		}

		if (text.length > pieceLength) {
			yield text;
			text = '';
		}
	}

	yield `${text}${'}}'.repeat(open.length + 1)}`;
}

/** In characters. */
const pieceLength = 64 * 1024;

/** With the keys in the order of @electron/asar. */
function leafOf(node: Exclude<EncodedAsarNode, {kind: 'directory'}>): unknown {
	if (node.kind === 'link') {
		return {link: node.target};
	}

	const {size, offset, executable, sha256, blocks} = node;
	return {
		size,
		offset: String(offset),
		...(executable ? {executable} : {}),
		integrity: {algorithm: 'SHA256', hash: sha256, blockSize: asarBlock, blocks},
	};
}

/**
 * Reads the JSON of a header, and tells `found` of each node, a folder after what is in it.
 * Throws an ArtifactError: ASAR_BROKEN; ASAR_UNPACKED where a file lies outside of the archive, which asar allows.
 */
export function decodeAsarHeader(json: Uint8Array, found: (node: AsarNode) => void): void {
	const scanner = new JsonScanner(json);
	try {
		const root = readNode(scanner, '', found);
		scanner.end();
		if (root.kind !== 'directory') {
			throw asarBroken('the header lists no files');
		}
	} catch (error) {
		throw error instanceof SyntaxError ? asarBroken(`its header is no JSON: ${error.message}`, error) : error;
	}
}

/** The keys of a node that say something, as they are met. */
interface Said {
	files?: true;
	link?: string;
	size?: number;
	offset?: number;
	executable?: boolean;
	unpacked?: boolean;
	sha256?: string;
}

function readNode(scanner: JsonScanner, path: string, found: (node: AsarNode) => void): AsarNode {
	const said: Said = {};
	const seen = new Set<string>();
	scanner.object(key => {
		refuseTwice(seen, key, path);
		readKey(scanner, {key, path, said, found});
	});
	return nodeOf(path, said);
}

interface Reading {
	readonly key: string;
	readonly path: string;
	readonly said: Said;
	found(node: AsarNode): void;
}

function readKey(scanner: JsonScanner, {key, path, said, found}: Reading): void {
	switch (key) {
		case 'files':
			said.files = true;
			readFiles(scanner, path, found);
			break;
		case 'size':
			said.size = scanner.integer();
			break;
		case 'offset':
			said.offset = offsetOf(scanner.string(), path);
			break;
		case 'link':
			said.link = scanner.string();
			break;
		case 'executable':
			said.executable = scanner.boolean();
			break;
		case 'unpacked':
			said.unpacked = scanner.boolean();
			break;
		case 'integrity':
			said.sha256 = readIntegrity(scanner, path);
			break;
		default:
			scanner.skip();
	}
}

function readFiles(scanner: JsonScanner, path: string, found: (node: AsarNode) => void): void {
	const names = new Set<string>();
	scanner.object(name => {
		if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
			throw asarBroken(`${shown(name)} in ${shown(path)} is no name of a file`);
		}

		refuseTwice(names, name, path);
		const inner = path === '' ? name : `${path}/${name}`;
		if (inner.length > longestPath) {
			throw asarBroken(`${shown(inner)} is a longer path than Linux knows`);
		}

		found(readNode(scanner, inner, found));
	});
}

/** PATH_MAX of Linux, in bytes and so at most as many characters. */
const longestPath = 4096;

function readIntegrity(scanner: JsonScanner, path: string): string {
	const said = new Map<string, string>();
	scanner.object(key => {
		if (key === 'algorithm' || key === 'hash') {
			said.set(key, scanner.string());
		} else {
			scanner.skip();
		}
	});
	const hash = said.get('hash') ?? '';
	if (said.get('algorithm') !== 'SHA256') {
		return '';
	}

	if (!/^[0-9a-f]{64}$/.test(hash)) {
		throw asarBroken(`${shown(path)} has a digest that is none`);
	}

	return hash;
}

function nodeOf(path: string, said: Said): AsarNode {
	const {files, link, size, offset, executable = false, unpacked = false, sha256 = ''} = said;
	const kinds = [files, link, size].filter(value => value !== undefined);
	if (kinds.length !== 1) {
		throw asarBroken(
			`${shown(path)} is ${kinds.length === 0 ? 'neither a file nor a folder nor a link' : 'two things'}`,
		);
	}

	if (files) {
		return {kind: 'directory', path};
	}

	if (link !== undefined) {
		return {kind: 'link', path, target: link};
	}

	if (unpacked) {
		throw elsewhere(path);
	}

	if (offset === undefined || size === undefined) {
		throw asarBroken(`${shown(path)} is a file that lies nowhere`);
	}

	return {kind: 'file', path, size, offset, executable, sha256};
}

function offsetOf(text: string, path: string): number {
	const offset = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
	if (!Number.isSafeInteger(offset)) {
		throw asarBroken(`${shown(path)} lies at ${shown(text)}, which is no number of bytes`);
	}

	return offset;
}

function refuseTwice(seen: Set<string>, key: string, path: string): void {
	if (seen.has(key)) {
		throw asarBroken(`${shown(key)} comes twice in ${shown(path)}`);
	}

	seen.add(key);
}

function shown(text: string): string {
	return text === '' ? 'its top' : JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** An ArtifactError (ASAR_BROKEN). */
export function asarBroken(message: string, cause?: unknown): ArtifactError {
	return new ArtifactError(message, {
		code: 'ASAR_BROKEN',
		format: 'asar',
		reading: true,
		hint: 'the archive is damaged, or made to do harm: fetch or build it again',
		cause,
	});
}

function elsewhere(path: string): ArtifactError {
	return new ArtifactError(`${shown(path)} does not lie in the archive but in a folder beside it`, {
		code: 'ASAR_UNPACKED',
		format: 'asar',
		reading: true,
		hint: 'pack it without --unpack and --unpack-dir: what venvpack reads is one file',
	});
}
