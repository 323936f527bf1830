/**
 * Keys and signatures of minisign: Ed25519 over BLAKE2b of the file. Source: https://jedisct1.github.io/minisign/#format and
 * src/minisign.h of it; the parameters of scrypt are those of libsodium's pickparams.
 */
import {createHash, createPrivateKey, createPublicKey, type KeyObject, scryptSync, sign} from 'node:crypto';

/** What is wrong with a key: `locked` where it wants a passphrase and none is given. */
export class MinisignKeyError extends Error {
	readonly reason: 'invalid' | 'locked' | 'passphrase';

	constructor(reason: MinisignKeyError['reason']) {
		super(`minisign key: ${reason}`);
		this.name = 'MinisignKeyError';
		this.reason = reason;
	}
}

/** A secret key, open. */
export interface MinisignKey {
	/** As minisign shows it: up to sixteen hexadecimal digits, without zeros before them. */
	readonly id: string;
	readonly idBytes: Uint8Array;
	readonly secret: KeyObject;
}

/** Lengths in bytes: algorithms, salt and limits, then key id, seed, public key and checksum, which scrypt may hide. */
const openSize = 54;
const hiddenSize = 104;
/** What the header of an Ed25519 private key is in DER, before its 32 bytes: RFC 8410. */
const privateHeader: Uint8Array = Buffer.from('302e020100300506032b657004220420', 'hex');
/** More memory than libsodium's highest limit asks for; a key that asks for more is damaged. */
const mostMemory = 1024 ** 3 + 1024 ** 2 * 16;

/** Reads the text of a secret key file. Throws a MinisignKeyError. */
export function decodeMinisignKey(text: string, passphrase: string | undefined): MinisignKey {
	const line = text.split('\n').find(each => each.trim() !== '' && !each.startsWith('untrusted comment:')) ?? '';
	const bytes = Buffer.from(line.trim(), 'base64');
	if (bytes.length !== openSize + hiddenSize || bytes.toString('latin1', 0, 2) !== 'Ed') {
		throw new MinisignKeyError('invalid');
	}

	const method = bytes.toString('latin1', 2, 4);
	if (method !== 'Sc' && method !== '\0\0') {
		throw new MinisignKeyError('invalid');
	}

	const hidden = bytes.subarray(openSize);
	if (method === '\0\0') {
		return keyOf(hidden, 'invalid');
	}

	if (passphrase === undefined) {
		throw new MinisignKeyError('locked');
	}

	const mask = streamOf(bytes, passphrase);
	return keyOf(
		hidden.map((byte, at) => byte ^ (mask[at] ?? 0)),
		'passphrase',
	);
}

/** The file holds the public key as well: it tells whether the passphrase was right. */
function keyOf(hidden: Uint8Array, otherwise: MinisignKeyError['reason']): MinisignKey {
	const der = Buffer.concat([privateHeader, hidden.subarray(8, 40)]);
	const secret = createPrivateKey({key: der, format: 'der', type: 'pkcs8'});
	const told = createPublicKey(secret).export({format: 'der', type: 'spki'}).subarray(-32);
	if (!told.equals(hidden.subarray(40, 72))) {
		throw new MinisignKeyError(otherwise);
	}

	const idBytes = hidden.slice(0, 8);
	const id = Buffer.from(idBytes).readBigUInt64LE().toString(16).toUpperCase();
	return {id, idBytes, secret};
}

function streamOf(bytes: Buffer, passphrase: string): Uint8Array {
	const [salt, operations, memory] = [bytes.subarray(6, 38), bytes.readBigUInt64LE(38), bytes.readBigUInt64LE(46)];
	const {cost, parallelization} = parametersOf(Number(operations), Number(memory));
	if (128 * cost * blockSize > mostMemory || parallelization < 1) {
		throw new MinisignKeyError('invalid');
	}

	const options = {cost, blockSize, parallelization, maxmem: mostMemory * 2};
	return scryptSync(passphrase, salt, hiddenSize, options);
}

const blockSize = 8;

/** `pickparams` of libsodium's crypto_pwhash/scryptsalsa208sha256. */
function parametersOf(operations: number, memory: number): {cost: number; parallelization: number} {
	const limit = Math.max(operations, 32_768);
	if (limit < memory / 32) {
		return {cost: costBelow(limit / (blockSize * 4)), parallelization: 1};
	}

	const cost = costBelow(memory / (blockSize * 128));
	const most = Math.min(Math.floor(limit / 4 / cost), 0x3f_ff_ff_ff);
	return {cost, parallelization: Math.floor(most / blockSize)};
}

/** The first power of two that is more than half of `most`. */
function costBelow(most: number): number {
	let cost = 2;
	while (cost <= most / 2) {
		cost *= 2;
	}

	return cost;
}

/** What is signed besides the bytes: nobody reads a time or a name out of a minisign signature but from here. */
export interface MinisignComment {
	/** Seconds since 1970 UTC. */
	readonly epoch: number;
	/** The name of the file. */
	readonly name: string;
}

/** The text of a `.minisig` file over all chunks. The same key and bytes give the same signature. */
export function minisignature(key: MinisignKey, data: Iterable<Uint8Array>, {epoch, name}: MinisignComment): string {
	const hash = createHash('blake2b512');
	for (const chunk of data) {
		hash.update(chunk);
	}

	const signature = sign(null, hash.digest(), key.secret);
	// It is one line, whatever a file is called.
	const comment = `timestamp:${epoch}\tfile:${name.replaceAll(/\p{Cc}/gu, '?')}\thashed`;
	const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), key.secret);
	const first = Buffer.concat([Buffer.from('ED'), key.idBytes, signature]);
	return [
		'untrusted comment: signature from minisign secret key',
		first.toString('base64'),
		`trusted comment: ${comment}`,
		global.toString('base64'),
		'',
	].join('\n');
}
