import {
	chmodSync,
	closeSync,
	fchmodSync,
	futimesSync,
	lutimesSync,
	mkdirSync,
	openSync,
	statfsSync,
	symlinkSync,
	utimesSync,
	writeSync,
} from 'node:fs';
import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {type DirectoryEntry, type FileEntry, sizeOf, type Tree} from '../model/tree.ts';
import {readContents} from './contents.ts';

export interface Extraction {
	/** An empty folder that is ours alone. */
	readonly into: HostPath;
	/** The time that everything gets: seconds since 1970 UTC. */
	readonly epoch: number;
}

/**
 * Writes a tree to a folder, as a package manager would: modes without setuid, setgid and sticky bits, one time for all.
 * A Tree has each path once and a folder for each parent, and links are made after everything else: nothing is ever
 * written through one, so nothing leaves the folder.
 * Throws a HostError (DISK_FULL, EXTRACTION_FAILED), and whatever reading the artifact throws.
 */
export async function extractTree(tree: Tree, {into, epoch}: Extraction): Promise<void> {
	const folders = tree.entries.filter(entry => entry.kind === 'directory');
	const files = tree.entries.filter(entry => entry.kind === 'file');
	refuseWhatDoesNotFit(files, into);
	try {
		for (const {path} of folders) {
			mkdirSync(`${into}${path}`, {mode: 0o755});
		}

		await writeFiles(files, {into, epoch});
		for (const entry of tree.entries) {
			if (entry.kind === 'link') {
				symlinkSync(entry.target, `${into}${entry.path}`);
				lutimesSync(`${into}${entry.path}`, epoch, epoch);
			}
		}

		finishFolders(folders, {into, epoch});
	} catch (error) {
		throw failure(error, into);
	}
}

async function writeFiles(files: readonly FileEntry[], {into, epoch}: Extraction): Promise<void> {
	// Several at a time: hard links share one reading.
	const open = new Set<number>();
	try {
		await readContents(files, ({path, mode}) => {
			const descriptor = openSync(`${into}${path}`, 'wx', 0o600);
			open.add(descriptor);
			return {
				push: chunk => writeAll(descriptor, chunk),
				close() {
					// The umask took bits away when it was made.
					fchmodSync(descriptor, mode & 0o777);
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
function finishFolders(folders: readonly DirectoryEntry[], {into, epoch}: Extraction): void {
	for (const {path, mode} of folders.toReversed()) {
		utimesSync(`${into}${path}`, epoch, epoch);
		// Its owner may write to it whatever it says: somebody has to remove it again.
		chmodSync(`${into}${path}`, (mode & 0o777) | 0o700);
	}
}

function refuseWhatDoesNotFit(files: readonly FileEntry[], into: HostPath): void {
	const needed = files.reduce((sum, {content}) => sum + sizeOf(content), 0);
	const {bavail, bsize} = statfsSync(into);
	if (needed > bavail * bsize) {
		throw new HostError(`${needed} bytes unpacked do not fit into ${into}, which has room for ${bavail * bsize}`, {
			code: 'DISK_FULL',
			hint: 'make room, or point TMPDIR at a folder with more',
		});
	}
}

function failure(error: unknown, into: HostPath): unknown {
	const code = error instanceof Error && 'code' in error && 'syscall' in error ? error.code : undefined;
	if (code === undefined) {
		return error;
	}

	const isFull = code === 'ENOSPC' || code === 'EDQUOT';
	return new HostError(`the artifact cannot be unpacked into ${into}: ${(error as Error).message}`, {
		code: isFull ? 'DISK_FULL' : 'EXTRACTION_FAILED',
		hint: isFull ? 'make room, or point TMPDIR at a folder with more' : 'point TMPDIR at another folder',
		cause: error,
	});
}
