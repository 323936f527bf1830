import {chmodSync, lstatSync, mkdirSync, renameSync, utimesSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {openAccounts} from '../host/accounts.ts';
import {type Exactness, extractTree} from '../host/extract.ts';
import {fileChunks} from '../host/file-chunks.ts';
import {openNew, prepareOutputFolder, refuseOccupied} from '../host/output.ts';
import {guard} from '../host/sink.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import {HostError, UsageError} from '../model/errors.ts';
import {timed} from '../model/events.ts';
import type {ExtractResult} from '../model/extraction.ts';
import {root} from '../model/owner.ts';
import {type HostPath, hostPath, type InstallPath, parentOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import {sizeOf} from '../model/tree.ts';
import type {Context} from './context.ts';
import {currentFolder} from './context.ts';
import {DigestComparison, knownDigests} from './extraction/known-digests.ts';
import {type Selection, selectionOf} from './extraction/selection.ts';
import {type ArtifactRequest, type OpenedArtifact, openArtifact} from './open.ts';

export interface ExtractRequest extends ArtifactRequest {
	/** Installed paths, or relative to the prefix: files, links, and folders with all that is in them. None: everything. */
	readonly paths?: readonly string[] | undefined;
	/**
	 * The folder. Default: NAME-VERSION in the current one for everything, which must not be there or be empty; the current one
	 * for chosen paths, none of which may be there.
	 */
	readonly out?: HostPath | undefined;
	/** Gives everything its owner, for which one has to be root. Default: it belongs to whoever unpacks. */
	readonly owners?: boolean | undefined;
	/** Takes the bytes of the one file that is asked for, in order, instead of a folder; each is valid until the promise resolves. */
	readonly take?: ((chunk: Uint8Array) => void | Promise<void>) | undefined;
}

/**
 * Unpacks an artifact of any format, or some of its files, exactly as they are: modes, links, times. Every file is compared
 * with the sha256 that the artifact has of it, and what is asked for gets its name when all of it is complete. Of a release
 * index on a server (asar) only the chosen files are fetched.
 * Throws what `openArtifact` throws; a UsageError (EXTRACT_PATH_ABSENT, EXTRACT_NOT_ONE_FILE, OWNERS_NEED_ROOT), an
 * ArtifactError (FILE_DIGEST_WRONG), a HostError (OUTPUT_OCCUPIED, OUTPUT_UNWRITABLE, DISK_FULL, EXTRACTION_FAILED,
 * OWNER_ABSENT).
 */
export async function extract(request: ExtractRequest, context: Context): Promise<ExtractResult> {
	refuseOwners(request);
	const partly = (request.paths ?? []).length > 0;
	return timed(context.listener, 'extract', request.artifact, async () => {
		const opened = await openArtifact({...request, partly}, context);
		try {
			const job = await jobOf(opened, request);
			const out = await unpackTo(job);
			return resultOf(job, out);
		} finally {
			opened.close();
		}
	});
}

interface Job {
	readonly opened: OpenedArtifact;
	readonly request: ExtractRequest;
	readonly selection: Selection;
	readonly comparison: DigestComparison;
	readonly exact: Exactness;
}

async function jobOf(opened: OpenedArtifact, request: ExtractRequest): Promise<Job> {
	const {pkg, format, declared} = opened;
	const wanted = request.take ? [fileAsked(opened, request.paths ?? [])] : (request.paths ?? []);
	const selection = selectionOf(opened, wanted);
	const comparison = new DigestComparison(await knownDigests({pkg, format, declared, carries: opened.carries}), format);
	const accounts = request.owners ? openAccounts() : undefined;
	return {
		...{opened, request, selection, comparison},
		exact: {
			onDigest: (path, sha256) => comparison.compare(selection.origin(path), sha256),
			ownerOf: accounts && (path => accounts.numbersOf(declared.owners.get(selection.origin(path)) ?? root)),
		},
	};
}

async function unpackTo(job: Job): Promise<HostPath | undefined> {
	if (job.request.take) {
		await handOver(job, job.request.take);
		return undefined;
	}

	return job.selection.chosen.length > 0 ? unpackChosen(job) : unpackAll(job);
}

async function unpackAll(job: Job): Promise<HostPath> {
	const {request, opened, selection} = job;
	const final = request.out ?? hostPath(join(currentFolder(), ownName(opened, request)));
	prepareOutputFolder(hostPath(dirname(final)));
	const output = openNew(final);
	try {
		await guard(output.part, () => mkdirSync(output.part, {mode: 0o700}));
		await extractTree(selection.tree, {into: output.part, epoch: opened.pkg.epoch, exact: job.exact});
		await guard(output.part, () => {
			utimesSync(output.part, opened.pkg.epoch, opened.pkg.epoch);
			chmodSync(output.part, (selection.mode ?? 0o755) & 0o777);
		});
		await output.commit();
		return final;
	} catch (error) {
		output.discard();
		throw error;
	}
}

/** Each gets its name at once; what is in the way of one leaves all of them without. */
async function unpackChosen(job: Job): Promise<HostPath> {
	const {request, opened, selection} = job;
	const out = request.out ?? currentFolder();
	prepareOutputFolder(out);
	const places = selection.chosen.map(path => path.slice(selection.top === '/' ? 0 : selection.top.length));
	for (const place of places) {
		refuseOccupied(hostPath(`${out}${place}`));
	}

	const output = openNew(hostPath(join(out, '.venvpack-extract')));
	try {
		await guard(output.part, () => mkdirSync(output.part, {mode: 0o700}));
		await extractTree(selection.tree, {into: output.part, epoch: opened.pkg.epoch, exact: job.exact});
		for (const place of places) {
			const final = hostPath(`${out}${place}`);
			await guard(final, () => {
				makeFolders(out, parentOf(place as InstallPath));
				refuseOccupied(final);
				renameSync(`${output.part}${place}`, final);
			});
		}

		return out;
	} finally {
		output.discard();
	}
}

/** Folders on the way to a file, below `out`; a link among them could lead anywhere, and is refused. */
function makeFolders(out: HostPath, folder: InstallPath): void {
	if (folder === '/') {
		return;
	}

	makeFolders(out, parentOf(folder));
	const place = `${out}${folder}`;
	const stats = lstatSync(place, {throwIfNoEntry: false});
	if (stats === undefined) {
		mkdirSync(place);
	} else if (!stats.isDirectory()) {
		throw new HostError(`${place} is there already, and is no folder`, {
			code: 'OUTPUT_OCCUPIED',
			hint: 'move it away, or choose another folder with --out',
		});
	}
}

/** The file is complete and compared before its first byte is given away. */
async function handOver({opened, selection, exact}: Job, take: NonNullable<ExtractRequest['take']>): Promise<void> {
	const folder = makeTemporary();
	try {
		const into = hostPath(join(folder, 'unpacked'));
		mkdirSync(into);
		await extractTree(selection.tree, {into, epoch: opened.pkg.epoch, exact: {onDigest: exact.onDigest}});
		const file = selection.tree.entries.find(({kind}) => kind === 'file');
		if (file) {
			chmodSync(`${into}${file.path}`, 0o600);
			for (const chunk of fileChunks(hostPath(`${into}${file.path}`))) {
				await take(chunk);
			}
		}
	} finally {
		removeTemporary(folder);
	}
}

/** Links of the tree are followed: their bytes are those of what they lead to. */
function fileAsked(opened: OpenedArtifact, paths: readonly string[]): InstallPath {
	const [path] = paths.length === 1 ? selectionOf(opened, paths).chosen : [];
	const places = new Places(opened.pkg.tree);
	const end = path && places.follow(path);
	if (end === undefined || places.at(end)?.kind !== 'file') {
		throw new UsageError(
			`${paths.length === 1 ? `${paths[0]} is no file of the artifact` : `${paths.length} paths are given`}`,
			{
				code: 'EXTRACT_NOT_ONE_FILE',
				hint: 'standard output takes the bytes of exactly one file: name one, or a folder with --out',
			},
		);
	}

	return end;
}

/** `NAME-VERSION`; of what says neither, its file name without what follows the first dot of a letter. */
function ownName({pkg}: OpenedArtifact, {artifact}: ExtractRequest): string {
	const {name, version} = pkg.metadata;
	const said = name === '' ? basename(artifact).replace(/\.[a-z].*$/i, '') : `${name}-${version}`;
	return /^[^/\0.][^/\0]*$/.test(said) ? said : 'extracted';
}

function refuseOwners({owners}: ExtractRequest): void {
	if (owners && process.geteuid?.() !== 0) {
		throw new UsageError('only root can give files to others', {
			code: 'OWNERS_NEED_ROOT',
			hint: 'run venvpack as root, or leave --owners out: what is unpacked then belongs to you',
		});
	}
}

function resultOf({opened, request, selection, comparison}: Job, out: HostPath | undefined): ExtractResult {
	const {entries} = selection.tree;
	const files = entries.filter(entry => entry.kind === 'file');
	return {
		artifact: request.artifact,
		format: opened.format,
		out,
		top: selection.top,
		paths: selection.chosen,
		files: files.length,
		links: entries.filter(({kind}) => kind === 'link').length,
		bytes: files.reduce((sum, {content}) => sum + sizeOf(content), 0),
		verified: comparison.compared,
	};
}
