import {realpathSync} from 'node:fs';
import {join} from 'node:path';
import {fileNameOf} from '../../codecs/public-url.ts';
import {extractTree} from '../../host/extract.ts';
import {withoutCredentials} from '../../host/run.ts';
import {openWeb} from '../../host/web.ts';
import {ArtifactError, InputError} from '../../model/errors.ts';
import {type HostPath, hostPath, isWithin} from '../../model/paths.ts';
import type {PythonArchive} from '../../model/python-archive.ts';
import {cacheFolder, prepareCache} from '../../stage/download/cache.ts';
import {credentialsOf} from '../../stage/download/credentials.ts';
import {downloadAll, type Fetched, missingOffline} from '../../stage/download/download.ts';
import {elfAt, foreign} from '../../stage/interpreters/native.ts';
import {findInterpreter, type Interpreter} from '../../stage/interpreters/system.ts';
import type {Context} from '../context.ts';
import {type OpenedArtifact, openArtifact} from '../open.ts';
import {interpreterTree} from './interpreter-tree.ts';

export interface UnpackOptions {
	/** A private folder, which comes to hold the interpreter. */
	readonly work: HostPath;
	readonly offline: boolean;
	readonly context: Context;
}

/**
 * Brings an archive of an interpreter onto this machine, holds it to its sha256, unpacks it into `work` and returns the
 * interpreter. Nothing of it is read before the digest is right, nothing is written outside of `work`, and nothing of it is
 * started before it is seen to be a program of this machine.
 * Throws an InputError: HASH_MISMATCH, OFFLINE_MISSING, FILE_MISSING, PYTHON_ARCHIVE_INVALID; a HostError: DOWNLOAD_FAILED,
 * INTERPRETER_UNFIT, INTERPRETER_BROKEN, DISK_FULL.
 */
export async function unpackPython(archive: PythonArchive, options: UnpackOptions): Promise<Interpreter> {
	const {work, context} = options;
	const {file} = await brought(archive, options);
	const opened = await opening(file, context);
	try {
		const {tree, home} = interpreterTree(opened.pkg.tree, what => invalid(file, what));
		await reading(file, () => extractTree(tree, {into: work, epoch: opened.pkg.epoch}));
		return await interpreterIn(hostPath(`${work}${home}`), file, context);
	} finally {
		opened.close();
	}
}

async function brought(archive: PythonArchive, {work, offline, context}: UnpackOptions): Promise<Fetched> {
	const {place, sha256, promisedBy} = archive;
	const {environment, listener} = context;
	const cache = cacheFolder(environment);
	prepareCache(cache);
	const fileName = fileNameOf(place);
	const web = openWeb({environment, authorize: credentialsOf([], environment).authorize});
	try {
		const wanted = {fileName, place, sha256: [sha256], size: undefined, promisedBy};
		const [fetched] = await downloadAll([wanted], {web, cache, work, offline, listener});
		if (fetched === undefined) {
			throw new RangeError('one file is wanted, and none came');
		}

		return fetched;
	} catch (error) {
		throw error instanceof InputError && error.code === 'OFFLINE_MISSING'
			? missingOffline(
					[withoutCredentials(place)],
					error,
					'build once without --offline, or name a file of this machine',
				)
			: error;
	} finally {
		web.close();
	}
}

async function opening(file: HostPath, context: Context): Promise<OpenedArtifact> {
	const opened = await reading(file, () => openArtifact({artifact: file}, context));
	if (!opened.format.startsWith('tar')) {
		opened.close();
		throw invalid(file, `it is a ${opened.format}, and no tar archive`);
	}

	return opened;
}

/** What is wrong with an archive is the fault of what the user gave, not of an artifact. */
async function reading<T>(file: HostPath, action: () => Promise<T>): Promise<T> {
	try {
		return await action();
	} catch (error) {
		throw error instanceof ArtifactError ? invalid(file, error.message, error) : error;
	}
}

async function interpreterIn(home: HostPath, file: HostPath, {environment}: Context): Promise<Interpreter> {
	const program = hostPath(join(home, 'bin/python3'));
	if (elfAt(program) === undefined) {
		throw invalid(file, 'its bin/python3 is no program for Linux');
	}

	const found = await findInterpreter({kind: 'path', path: program}, environment);
	if (!isWithin(found.prefix, realpathSync(home)) || foreign(found.executable) !== undefined) {
		throw invalid(file, 'its interpreter takes its library from elsewhere');
	}

	return found;
}

function invalid(file: HostPath, what: string, cause?: unknown): InputError {
	return new InputError(`${file} brings no interpreter: ${what.replaceAll(/\p{Cc}/gu, '\uFFFD')}`, {
		code: 'PYTHON_ARCHIVE_INVALID',
		input: file,
		hint: 'take an archive of python-build-standalone for Linux and this machine, such as one whose name ends in install_only.tar.gz',
		cause,
	});
}
