import {createReadStream, createWriteStream} from 'node:fs';
import {chmod, copyFile, mkdir, readdir, symlink} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {type ExtractEvents, extract} from 'tar-stream';
import {openPromise} from 'yauzl';
import {InputError} from '../../model/errors.ts';
import {
	below,
	type HostPath,
	hostPath,
	type InstallPath,
	installPath,
	linkDestination,
	nameOf,
} from '../../model/paths.ts';

/** More than any source has; a bomb has more. */
const largestTotal = 16 * 1024 ** 3;
const mostMembers = 1_000_000;

/**
 * Unpacks an sdist into `folder`, which is made, and returns the folder of the source in it: the only one at its top,
 * or `folder` itself. No member leaves the folder, no link points out of it, no device comes into being.
 * Throws an InputError (SDIST_INVALID).
 */
export async function unpackSdist(file: HostPath, folder: HostPath): Promise<HostPath> {
	await mkdir(folder, {recursive: true});
	const name = basename(file);
	const target = new Target(folder, name);
	try {
		if (name.endsWith('.zip')) {
			await unpackZip(file, target);
		} else if (/\.(?:tar\.gz|tgz|tar)$/.test(name)) {
			await unpackTar(file, target);
		} else {
			throw target.refusal('only .tar.gz, .tar and .zip are known here');
		}
	} catch (error) {
		throw error instanceof InputError || isDiskError(error)
			? error
			: target.refusal(`it cannot be read (${error instanceof Error ? error.message : String(error)})`, error);
	}

	const entries = await readdir(folder, {withFileTypes: true});
	const [only] = entries;
	return only && entries.length === 1 && only.isDirectory() ? hostPath(join(folder, only.name)) : folder;
}

function isDiskError(error: unknown): boolean {
	return error instanceof Error && 'syscall' in error && 'path' in error;
}

async function unpackTar(file: HostPath, target: Target): Promise<void> {
	const reading = extract();
	const source = createReadStream(file);
	const filled = file.endsWith('.tar') ? pipeline(source, reading) : pipeline(source, createGunzip(), reading);
	const taken = (async () => {
		for await (const entry of reading) {
			await takeTarEntry(entry, target);
			entry.resume();
		}
	})();
	await Promise.all([filled, taken]);
}

/** A member that is read as it comes. */
type TarMember = ExtractEvents['entry'][1];

async function takeTarEntry(entry: TarMember, target: Target): Promise<void> {
	const {header} = entry;
	switch (header.type) {
		case 'directory':
			await target.folder(header.name);
			return;
		case 'file':
		case 'contiguous-file':
			await target.file(header.name, chunksOf(entry), {size: header.size, mode: header.mode});
			return;
		case 'symlink':
			await target.link(header.name, header.linkname);
			return;
		case 'link':
			await target.copy(header.name, header.linkname);
			return;
		default:
			throw target.refusal(`${header.name} is a ${header.type}`);
	}
}

/** The types of tar-stream do not say that a member is iterable. */
async function* chunksOf(entry: TarMember): AsyncGenerator<Uint8Array> {
	for await (const chunk of entry) {
		yield chunk as Uint8Array;
	}
}

async function unpackZip(file: HostPath, target: Target): Promise<void> {
	const zip = await openPromise(file, {autoClose: false, lazyEntries: true, decodeStrings: false});
	try {
		for await (const entry of zip.eachEntry()) {
			const name = entry.fileNameRaw.toString('utf8');
			if (name.endsWith('/')) {
				await target.folder(name);
			} else {
				const mode = (entry.externalFileAttributes >>> 16) & 0o111 ? 0o755 : 0o644;
				await target.file(name, await zip.openReadStreamPromise(entry), {size: entry.uncompressedSize, mode});
			}
		}
	} finally {
		zip.close();
	}
}

/** A folder that members are written into, each at a checked place. */
class Target {
	readonly #folder: HostPath;
	readonly #sdist: string;
	/** Paths that are links: nothing is written through one. */
	readonly #links = new Set<string>();
	#bytes = 0;
	#members = 0;

	constructor(folder: HostPath, sdist: string) {
		this.#folder = folder;
		this.#sdist = sdist;
	}

	async folder(name: string): Promise<void> {
		await mkdir(this.#place(name), {recursive: true});
	}

	async file(
		name: string,
		content: AsyncIterable<Uint8Array>,
		{size, mode}: {size: number; mode: number},
	): Promise<void> {
		const place = this.#place(name);
		this.#bytes += size;
		if (this.#bytes > largestTotal) {
			throw this.refusal(`it unpacks to more than ${largestTotal} bytes`);
		}

		await mkdir(dirname(place), {recursive: true});
		await pipeline(content, createWriteStream(place));
		// As umask 022 has it, whatever the umask is.
		await chmod(place, mode & 0o100 ? 0o755 : 0o644);
	}

	async link(name: string, text: string): Promise<void> {
		const place = this.#place(name);
		const link = this.#checked(name);
		const depth = link.split('/').length - 2;
		const climbs = text.split('/').filter(part => part === '..').length;
		if (text.startsWith('/') || climbs >= depth || linkDestination(link, text) === '/') {
			throw this.refusal(`${name} is a link to ${text}, outside of the source`);
		}

		this.#links.add(link);
		await mkdir(dirname(place), {recursive: true});
		await symlink(text, place);
	}

	/** A hard link: the same bytes, in a file of its own. */
	async copy(name: string, original: string): Promise<void> {
		const place = this.#place(name);
		await mkdir(dirname(place), {recursive: true});
		await copyFile(`${this.#folder}${this.#checked(original)}`, place);
	}

	refusal(what: string, cause?: unknown): InputError {
		return new InputError(`${this.#sdist}: ${what.replaceAll(/\p{Cc}/gu, '\uFFFD')}`, {
			code: 'SDIST_INVALID',
			input: this.#sdist,
			hint: 'get it from its authors again; if it stays so, tell them',
			cause,
		});
	}

	#place(name: string): HostPath {
		this.#members++;
		if (this.#members > mostMembers) {
			throw this.refusal(`it holds more than ${mostMembers} members`);
		}

		return hostPath(`${this.#folder}${this.#checked(name)}`);
	}

	/** The member's path, the folder being the root. */
	#checked(name: string): InstallPath {
		let path: InstallPath;
		try {
			path = name.startsWith('/') ? fail() : below(installPath('/'), name);
		} catch {
			throw this.refusal(`its member ${name} is not a path below its own folder`);
		}

		for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
			if (this.#links.has(path.slice(0, at))) {
				throw this.refusal(`its member ${name} lies behind a link`);
			}
		}

		if (this.#links.has(path) || nameOf(path).length > 255) {
			throw this.refusal(`its member ${name} cannot be written`);
		}

		return path;
	}
}

function fail(): never {
	throw new RangeError('absolute');
}
