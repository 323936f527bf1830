import {createHash} from 'node:crypto';
import {
	chmodSync,
	chownSync,
	closeSync,
	fchmodSync,
	fchownSync,
	futimesSync,
	lchownSync,
	lutimesSync,
	mkdirSync,
	openSync,
	statfsSync,
	symlinkSync,
	utimesSync,
	writeSync,
} from 'node:fs';
import {HostError} from '../model/errors.ts';
import type {HostPath, InstallPath} from '../model/paths.ts';
import {type DirectoryEntry, type FileEntry, sizeOf, type Tree} from '../model/tree.ts';
import {readContents} from './contents.ts';

export interface Extraction {
	/** An empty folder that is ours alone. */
	readonly into: HostPath;
	/** The time that everything gets: seconds since 1970 UTC. */
	readonly epoch: number;
	/** For a person who asked for it: what the entries say, and no more that a temporary folder needs. Default: as below. */
	readonly exact?: Exactness | undefined;
}

export interface Exactness {
	/** Whose each entry becomes, by numbers, with setuid and setgid bits; absent: they are of whoever unpacks, without. */
	readonly ownerOf?: ((path: InstallPath) => {readonly uid: number; readonly gid: number}) | undefined;
	/** Hears the sha256 of each file, hexadecimal. */
	readonly onDigest: (path: InstallPath, sha256: string) => void;
}

/**
 * Writes a tree to a folder, as a package manager would: modes without setuid, setgid and sticky bits, one time for all.
 * A Tree has each path once and a folder for each parent, and links are made after everything else: nothing is ever
 * written through one, so nothing leaves the folder.
 * Throws a HostError (DISK_FULL, EXTRACTION_FAILED), and whatever reading the artifact throws.
 */
export async function extractTree(tree: Tree, extraction: Extraction): Promise<void> {
	const {into, epoch, exact} = extraction;
	const folders = tree.entries.filter(entry => entry.kind === 'directory');
	const files = tree.entries.filter(entry => entry.kind === 'file');
	refuseWhatDoesNotFit(files, extraction);
	try {
		for (const {path} of folders) {
			mkdirSync(`${into}${path}`, {mode: exact ? 0o700 : 0o755});
		}

		await writeFiles(files, extraction);
		for (const entry of tree.entries) {
			if (entry.kind === 'link') {
				symlinkSync(entry.target, `${into}${entry.path}`);
				const owner = exact?.ownerOf?.(entry.path);
				if (owner) {
					lchownSync(`${into}${entry.path}`, owner.uid, owner.gid);
				}

				lutimesSync(`${into}${entry.path}`, epoch, epoch);
			}
		}

		finishFolders(folders, extraction);
	} catch (error) {
		throw failure(error, extraction);
	}
}

async function writeFiles(files: readonly FileEntry[], {into, epoch, exact}: Extraction): Promise<void> {
	// Several at a time: hard links share one reading.
	const open = new Set<number>();
	try {
		await readContents(files, ({path, mode}) => {
			const descriptor = openSync(`${into}${path}`, 'wx', 0o600);
			open.add(descriptor);
			const hash = exact && createHash('sha256');
			return {
				push: chunk => {
					hash?.update(chunk);
					writeAll(descriptor, chunk);
				},
				close() {
					exact?.onDigest(path, hash?.digest('hex') ?? '');
					const owner = exact?.ownerOf?.(path);
					if (owner) {
						fchownSync(descriptor, owner.uid, owner.gid);
					}

					// The umask took bits away when it was made, and another owner takes setuid.
					fchmodSync(descriptor, mode & bitsOf(exact));
					futimesSync(descriptor, epoch, epoch);
					open.delete(descriptor);
					closeSync(descriptor);
				},
			};
		});
	} finally {
		for (const descriptor of open) {
			closeSync(descriptor);
		}
	}
}

function writeAll(descriptor: number, chunk: Uint8Array): void {
	for (let at = 0; at < chunk.length; ) {
		at += writeSync(descriptor, chunk, at);
	}
}

/** The deepest first: a folder that may not be written to can still be filled, and what is in it changes its time. */
function finishFolders(folders: readonly DirectoryEntry[], {into, epoch, exact}: Extraction): void {
	for (const {path, mode} of folders.toReversed()) {
		utimesSync(`${into}${path}`, epoch, epoch);
		const owner = exact?.ownerOf?.(path);
		if (owner) {
			chownSync(`${into}${path}`, owner.uid, owner.gid);
		}

		// The owner of a temporary one may write to it whatever it says: somebody has to remove it again.
		chmodSync(`${into}${path}`, exact ? mode & (bitsOf(exact) | 0o1000) : (mode & 0o777) | 0o700);
	}
}

/** Without owners, setuid would give away the rights of whoever unpacks. */
function bitsOf(exact: Exactness | undefined): number {
	return exact?.ownerOf ? 0o7777 : 0o777;
}

function refuseWhatDoesNotFit(files: readonly FileEntry[], {into, exact}: Extraction): void {
	const needed = files.reduce((sum, {content}) => sum + sizeOf(content), 0);
	const {bavail, bsize} = statfsSync(into);
	if (needed > bavail * bsize) {
		throw new HostError(`${needed} bytes unpacked do not fit into ${into}, which has room for ${bavail * bsize}`, {
			code: 'DISK_FULL',
			hint: hintFor(exact, true),
		});
	}
}

function hintFor(exact: Exactness | undefined, isFull: boolean): string {
	const where = exact ? 'choose another folder with --out' : 'point TMPDIR at another folder';
	return isFull ? `make room, or ${where}` : where;
}

function failure(error: unknown, {into, exact}: Extraction): unknown {
	const code = error instanceof Error && 'code' in error && 'syscall' in error ? error.code : undefined;
	if (code === undefined) {
		return error;
	}

	const isFull = code === 'ENOSPC' || code === 'EDQUOT';
	return new HostError(`the artifact cannot be unpacked into ${into}: ${(error as Error).message}`, {
		code: isFull ? 'DISK_FULL' : 'EXTRACTION_FAILED',
		hint: hintFor(exact, isFull),
		cause: error,
	});
}
