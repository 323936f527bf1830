import type {Elf} from '../../codecs/elf.ts';
import {endsComponent} from '../../codecs/path-component.ts';
import {isSharedFolder} from '../../model/shared-folders.ts';
import type {FileEntry, Patch} from '../../model/tree.ts';
import {carriedFrom, isOfInterpreter} from '../carried.ts';
import {elfOf} from '../elf-file.ts';
import type {Place, Rule} from '../rule.ts';

/**
 * Where nothing lies, for a tree that may be anywhere and for a prefix that has no room: Debian Policy keeps the first
 * free, and in the second, short enough for `/usr`, the kernel lets nobody make a folder.
 */
const nowhere = ['/nonexistent', '/sys'];

/** What python-build-standalone is built for, wherever it lies. */
const standalone = '/install';

/**
 * CPython looks for its standard library from its own place, and where it finds none, at the PREFIX that was compiled in
 * (Modules/getpath.py): an interpreter that lost its own must die, and not go on with that of another. So PREFIX is the
 * prefix of the tree, or a place where nothing is. A library that was built for it names its own folders there, such as
 * OPENSSLDIR. Everything stays at its offset.
 */
export const interpreterPrefix: Rule = {
	name: 'interpreter-prefix',
	because: 'an interpreter that does not find its standard library looks for it where it was built to lie',
	applies: (entry, {carried}) => entry.kind === 'file' && carried.has(entry.path),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const content = place.bytes(entry);
		const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
		const elf = elfOf(content);
		const file = {bytes, strings: elf?.strings, origins: originsFor(entry, place)};
		const patches = elf || isLibrary(bytes) ? patchesOf(file, place) : [];
		return patches.length === 0 ? entry : {...entry, content: {kind: 'patched', source: entry.content, patches}};
	},
};

/** Whether it holds objects for a linker, such as libpython3.11.a: see ar(5). */
function isLibrary(bytes: Buffer): boolean {
	return bytes.subarray(0, 8).toString('latin1') === '!<arch>\n';
}

interface Program {
	readonly bytes: Buffer;
	readonly strings: Elf['strings'];
	readonly origins: readonly string[];
}

/** Where the interpreter lay. A folder that every machine has is only that of the interpreter in a part of itself. */
function originsFor(entry: FileEntry, place: Place): string[] {
	const origins = [...carriedFrom(place).origins, standalone].filter(
		origin => origin !== '/' && origin !== (place.prefix as string),
	);
	return isOfInterpreter(entry, place) ? origins : origins.filter(origin => !isAlone(origin));
}

function patchesOf({bytes, strings, origins}: Program, place: Place): Patch[] {
	const homes = place.layout.relocatable ? nowhere : [place.prefix, ...nowhere];
	return origins.flatMap(origin =>
		placesOf(bytes, origin).flatMap(offset =>
			isDynamicString(strings, offset) ? [] : (patchAt(bytes, {origin, offset}, homes) ?? []),
		),
	);
}

/** `/usr` and `/install` are all over a program: there only a string that is nothing else is PREFIX. */
function isAlone(origin: string): boolean {
	return origin === standalone || isSharedFolder(origin);
}

function placesOf(bytes: Buffer, origin: string): number[] {
	const needle = Buffer.from(isAlone(origin) ? `\0${origin}\0` : origin);
	const shift = isAlone(origin) ? 1 : 0;
	const places: number[] = [];
	for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + origin.length)) {
		if (endsComponent(bytes, at + shift + origin.length)) {
			places.push(at + shift);
		}
	}

	return places;
}

interface Found {
	readonly origin: string;
	/** In bytes from the start of the file. */
	readonly offset: number;
}

/**
 * Linkers keep one string where another ends in the same text, and `/opt/python/3.11.7` is where sys.version is read. So
 * the last component stays behind the new text, unless the origin has only one. Before more of a path, slashes fill the
 * room: they mean the same, and what follows stays where it is.
 */
function patchAt(bytes: Buffer, {origin, offset}: Found, homes: readonly string[]): Patch | undefined {
	const size = Buffer.byteLength(origin);
	const isWhole = bytes[offset + size] === 0;
	const last = Buffer.byteLength(origin.slice(0, origin.lastIndexOf('/') + 1));
	const length = isWhole && last > 1 ? last : size;
	const room = length < size ? length - 1 : length;
	const text = homes.find(home => Buffer.byteLength(home) <= room);
	if (text === undefined) {
		return undefined;
	}

	const filling = Buffer.alloc(length - Buffer.byteLength(text), isWhole ? 0 : '/');
	return {offset, bytes: Buffer.concat([Buffer.from(text), filling])};
}

/** Those are the loader's, and the rule runpath's. */
function isDynamicString(strings: Elf['strings'], at: number): boolean {
	return strings !== undefined && at >= strings.offset && at < strings.offset + strings.size;
}
