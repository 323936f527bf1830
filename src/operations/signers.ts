import {type MinisignKey, minisignature} from '../codecs/minisign.ts';
import {embeddedSignatures} from '../formats/embedded-signatures.ts';
import {fileChunks} from '../host/file-chunks.ts';
import type {Companion} from '../model/companion.ts';
import type {HostPath} from '../model/paths.ts';
import type {SignedArtifact, Signing} from '../model/signing.ts';
import type {Context} from './context.ts';
import {openMinisignKey} from './minisign-key.ts';
import {type OpenPgpSigner, openOpenPgpSigner} from './openpgp-signer.ts';

/** The keys of a build or a command, each known to sign. */
export class Signers {
	readonly #openpgp: OpenPgpSigner | undefined;
	readonly #minisign: MinisignKey | undefined;

	constructor(openpgp: OpenPgpSigner | undefined, minisign: MinisignKey | undefined) {
		this.#openpgp = openpgp;
		this.#minisign = minisign;
	}

	/** How an artifact of a format is signed with these keys. */
	signatureOf(format: string): SignedArtifact['signature'] {
		return this.#embedded(format)?.signature ?? 'beside';
	}

	/** Signs inside of a file that nobody else knows yet, where its format has a place for it. Throws what formats throw. */
	async seal(format: string, file: HostPath): Promise<void> {
		if (this.#openpgp !== undefined) {
			await this.#embedded(format)?.sign(file, this.#openpgp);
		}
	}

	/**
	 * The signatures beside a file of that name; what is signed inside has no OpenPGP signature beside it.
	 */
	async beside(name: string, {format, data, epoch}: Detachable): Promise<Companion[]> {
		const companions: Companion[] = [];
		if (this.#openpgp !== undefined && this.#embedded(format) === undefined) {
			const bytes = await this.#openpgp.sign(data(), {epoch: await epoch(), armor: true});
			companions.push({name: `${name}.asc`, bytes});
		}

		if (this.#minisign !== undefined) {
			const text = minisignature(this.#minisign, data(), {epoch: await epoch(), name});
			companions.push({name: `${name}.minisig`, bytes: Buffer.from(text)});
		}

		return companions;
	}

	/** The fingerprint of the OpenPGP key, and the id of the minisign key. */
	get keys(): readonly string[] {
		return [this.#openpgp?.fingerprint, this.#minisign?.id].filter(key => key !== undefined);
	}

	async close(): Promise<void> {
		await this.#openpgp?.close();
	}

	#embedded(format: string) {
		return this.#openpgp && embeddedSignatures.find(one => one.format === format);
	}
}

interface Detachable {
	/** Such as `deb`. */
	readonly format: string;
	/** Asked once for each signature. */
	readonly data: () => Iterable<Uint8Array>;
	/** When it was made: seconds since 1970 UTC. */
	readonly epoch: () => number | Promise<number>;
}

/** Finds all keys, and has them sign once. Throws what is wrong with one: see openpgp-signer.ts and minisign-key.ts. */
export async function openSigners(signing: Signing, context: Context): Promise<Signers> {
	const minisign = signing.minisign && openMinisignKey(signing.minisign, context.environment);
	const openpgp = signing.openpgp && (await openOpenPgpSigner(signing.openpgp, context));
	return new Signers(openpgp, minisign);
}

/** The chunks of a file, read anew each time. */
export function dataOf(file: HostPath): () => Iterable<Uint8Array> {
	return () => fileChunks(file);
}
