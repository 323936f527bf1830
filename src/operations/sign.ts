import {constants, copyFileSync, realpathSync, type Stats, statSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {readConfigFile} from '../config/document.ts';
import {sectionsOf} from '../config/load.ts';
import {readPyproject} from '../config/project.ts';
import {signingOf, type WrittenKeys} from '../config/signing.ts';
import {tableValues} from '../config/tables.ts';
import {embeddedSignatures} from '../formats/embedded-signatures.ts';
import {formats} from '../formats/formats.ts';
import {type Output, openOutput} from '../host/output.ts';
import {guard} from '../host/sink.ts';
import {openStretch, reading} from '../host/stretch-file.ts';
import {ArtifactError, UsageError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {manifestName} from '../model/prefix.ts';
import type {KeyRequest, SignedArtifact, SignResult} from '../model/signing.ts';
import {writeCompanions} from './companions.ts';
import type {Context} from './context.ts';
import {openArtifact} from './open.ts';
import {dataOf, openSigners, type Signers} from './signers.ts';

export interface SignRequest {
	/** Files of any kind. */
	readonly artifacts: readonly HostPath[];
	readonly keys: KeyRequest;
	/** The folder whose configuration names the keys where the request does not. */
	readonly folder: HostPath;
}

/** A file that is to be signed. */
interface Candidate {
	readonly file: HostPath;
	/** `file` where it is none of those that are signed inside. */
	readonly format: string;
}

/**
 * Signs artifacts that exist: a deb and an rpm inside, everything else beside it. All keys and files are looked at before
 * the first one is signed; a kill at any moment leaves each file the old one or the new one.
 * Throws a UsageError (ARTIFACT_MISSING, SIGN_FOLDER), an ArtifactError, a ConfigError that names what is wrong with a key,
 * or a HostError.
 */
export async function sign(request: SignRequest, context: Context): Promise<SignResult> {
	const candidates = candidatesOf(request.artifacts, context);
	const signers = await openSigners(signingOf(request.keys, writtenKeys(request, context)), context);
	try {
		const artifacts: SignedArtifact[] = [];
		for (const candidate of candidates) {
			artifacts.push(await signOne(candidate, signers, context));
		}

		return {artifacts};
	} finally {
		await signers.close();
	}
}

function writtenKeys({keys, folder}: SignRequest, {environment}: Context): WrittenKeys {
	const named = [keys.key, keys.keyFile, keys.keyEnv, keys.minisignKeyFile, keys.minisignKeyEnv];
	if (named.some(key => key !== undefined)) {
		return {table: undefined, file: undefined, placeOf: undefined};
	}

	const written = {pyproject: readPyproject(folder), sections: sectionsOf(formats), environment};
	const file = readConfigFile(folder, written);
	return {table: tableValues(file?.document).sign, file: file?.file, placeOf: file?.placeOf};
}

function candidatesOf(artifacts: readonly HostPath[], {listener}: Context): Candidate[] {
	const candidates: Candidate[] = [];
	for (const file of new Set(artifacts)) {
		if (/\.(?:asc|sig|minisig)$/.test(file)) {
			listener({kind: 'note', message: `${file} is a signature itself, and is left out`});
		} else {
			candidates.push(candidateOf(file));
		}
	}

	return candidates;
}

function candidateOf(named: HostPath): Candidate {
	const stats = reading(named, () => statSync(named, {throwIfNoEntry: false}));
	refuseUnfit(named, stats);
	const file = hostPath(realpathSync(named));
	const source = openStretch({file, start: 0, length: 4096, compression: 'none'});
	try {
		const bytes = Buffer.alloc(4096);
		const none = new Uint8Array(0);
		const head = {isDirectory: false, bytes: bytes.subarray(0, source.read(0, bytes)), unpacked: none, tail: none};
		return {file, format: embeddedSignatures.find(one => one.recognises(head))?.format ?? 'file'};
	} finally {
		source.close();
	}
}

function refuseUnfit(file: HostPath, stats: Stats | undefined): void {
	if (stats === undefined) {
		throw new UsageError(`there is no ${file}`, {
			code: 'ARTIFACT_MISSING',
			hint: 'name a file; venvpack build prints where its artifacts lie',
		});
	}

	if (!stats.isFile()) {
		throw new UsageError(`${file} is no file, and only files are signed`, {
			code: 'SIGN_FOLDER',
			hint: 'pack the folder first: --format tar.zst makes a tarball of the same tree',
		});
	}

	if (stats.size === 0) {
		throw new ArtifactError(`${file} is an empty file`, {
			code: 'ARTIFACT_EMPTY',
			format: 'file',
			reading: true,
			hint: 'what wrote it did not finish: fetch or build it again',
		});
	}
}

async function signOne({file, format}: Candidate, signers: Signers, context: Context): Promise<SignedArtifact> {
	const [folder, name] = [hostPath(dirname(file)), basename(file)];
	const signature = signers.signatureOf(format);
	const outputs: Output[] = [];
	try {
		let signed = file;
		if (signature !== 'beside') {
			const output = openOutput(folder, name, manifestName);
			outputs.push(output);
			signed = output.part;
			await guard(signed, () => copyFileSync(file, signed, constants.COPYFILE_FICLONE));
			await signers.seal(format, signed);
		}

		const beside = await signers.beside(name, {format, data: dataOf(signed), epoch: () => epochOf(file, context)});
		const companions = await writeCompanions(beside, folder, outputs);
		for (const output of outputs) {
			await output.commit();
		}

		return {path: file, signature, companions: companions.map(({path}) => path), keys: signers.keys};
	} catch (error) {
		for (const output of outputs) {
			output.discard();
		}

		throw error;
	}
}

/** When it was made, as far as it says so; else SOURCE_DATE_EPOCH, else now. Inside of a deb or an rpm the format knows. */
async function epochOf(file: HostPath, context: Context): Promise<number> {
	const {SOURCE_DATE_EPOCH: asked = ''} = context.environment;
	const otherwise = /^\d+$/.test(asked) ? Number(asked) : Math.floor(Date.now() / 1000);
	try {
		const artifact = await openArtifact({artifact: file}, context);
		artifact.close();
		return artifact.pkg.epoch || otherwise;
	} catch (error) {
		if (error instanceof ArtifactError) {
			return otherwise;
		}

		throw error;
	}
}
