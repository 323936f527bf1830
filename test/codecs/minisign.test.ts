import {execFileSync} from 'node:child_process';
import {createPublicKey, generateKeyPairSync, scryptSync} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {decodeMinisignKey, MinisignKeyError, minisignature} from '../../src/codecs/minisign.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {withTools} from '../helpers/tools.ts';

const id = Buffer.from('0123456789abcdef', 'hex');
const {privateKey} = generateKeyPairSync('ed25519');
const seed = privateKey.export({format: 'der', type: 'pkcs8'}).subarray(-32);
const point = createPublicKey(privateKey).export({format: 'der', type: 'spki'}).subarray(-32);
const open = Buffer.concat([id, seed, point, Buffer.alloc(32)]);
const publicText = `untrusted comment: public\n${Buffer.concat([Buffer.from('Ed'), id, point]).toString('base64')}\n`;

function limits(operations: number, memory: number): Buffer {
	const bytes = Buffer.alloc(16);
	bytes.writeBigUInt64LE(BigInt(operations), 0);
	bytes.writeBigUInt64LE(BigInt(memory), 8);
	return bytes;
}

function keyText(method: string, hidden: Uint8Array, {salt = Buffer.alloc(32), limit = limits(0, 0)} = {}): string {
	const bytes = Buffer.concat([Buffer.from(`Ed${method}B2`), salt, limit, hidden]);
	return `untrusted comment: secret\n${bytes.toString('base64')}\n`;
}

/** By libsodium's parameters of crypto_pwhash_scryptsalsa208sha256_*_INTERACTIVE: N 2^14, r 8, p 1. */
function lockedText(passphrase: string, hidden: Uint8Array = open): string {
	const salt = Buffer.alloc(32, 7);
	const mask = scryptSync(passphrase, salt, 104, {cost: 2 ** 14, blockSize: 8, parallelization: 1});
	const masked = hidden.map((byte, at) => byte ^ (mask[at] ?? 0));
	return keyText('Sc', masked, {salt, limit: limits(524_288, 16_777_216)});
}

const reasonOf = (work: () => unknown): string => {
	try {
		work();
		return 'none';
	} catch (error) {
		return error instanceof MinisignKeyError ? error.reason : String(error);
	}
};

test('a key without a passphrase, and one with', t => {
	t.is(decodeMinisignKey(keyText('\0\0', open), undefined).id, 'EFCDAB8967452301');
	t.is(decodeMinisignKey(lockedText('tea'), 'tea').id, 'EFCDAB8967452301');
	t.is(
		reasonOf(() => decodeMinisignKey(lockedText('tea'), undefined)),
		'locked',
	);
	t.is(
		reasonOf(() => decodeMinisignKey(lockedText('tea'), 'coffee')),
		'passphrase',
	);
});

test('what is no key is refused, and none asks for more memory than minisign would', t => {
	const other = Buffer.from(open);
	other.writeUInt8(1 ^ (other[50] ?? 0), 50);
	for (const text of ['', 'untrusted comment: x\n', publicText, keyText('\0\0', other), keyText('XX', open)]) {
		t.is(
			reasonOf(() => decodeMinisignKey(text, 'tea')),
			'invalid',
		);
	}

	const greedy = keyText('Sc', open, {limit: limits(2 ** 50, 2 ** 50)});
	t.is(
		reasonOf(() => decodeMinisignKey(greedy, 'tea')),
		'invalid',
	);
});

test('any text is read or refused', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.uint8Array({minLength: 158, maxLength: 158})), value => {
				const text = typeof value === 'string' ? value : keyText('\0\0', value.subarray(0, 104));
				return ['none', 'invalid', 'locked'].includes(reasonOf(() => decodeMinisignKey(text, undefined)));
			}),
		);
	});
});

withTools('minisign')('minisign accepts the signature, and every byte of its comment', t => {
	const folder = temporaryFolder();
	const key = decodeMinisignKey(keyText('\0\0', open), undefined);
	const [file, publicFile] = [join(folder, 'a file'), join(folder, 'public')];
	writeFileSync(publicFile, publicText);
	const verify = () =>
		execFileSync('minisign', ['-V', '-p', publicFile, '-m', file], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		});
	for (const size of [0, 1, 3_000_000]) {
		const data = Buffer.alloc(size, 'x');
		writeFileSync(file, data);
		const chunks = [data.subarray(0, 70_000), data.subarray(70_000)];
		const text = minisignature(key, chunks, {epoch: 1_700_000_000, name: 'a\nfile'});
		t.is(text, minisignature(key, [data], {epoch: 1_700_000_000, name: 'a\nfile'}));
		writeFileSync(`${file}.minisig`, text);
		t.regex(verify(), /Trusted comment: timestamp:1700000000\tfile:a\?file\thashed/);
		writeFileSync(`${file}.minisig`, text.replace('timestamp:17', 'timestamp:18'));
		t.throws(verify);
	}
});

withTools('minisign', 'b2sum')('a key that minisign made, and one that it locked', t => {
	const folder = temporaryFolder();
	const [secret, publicFile] = [join(folder, 'secret'), join(folder, 'public')];
	execFileSync('minisign', ['-G', '-W', '-p', publicFile, '-s', secret], {stdio: 'ignore'});
	const key = decodeMinisignKey(readFileSync(secret, 'utf8'), undefined);
	t.true(readFileSync(publicFile, 'utf8').includes(key.id));
	// That minisign opens what this test locked proves that both mean the same by it.
	const made = Buffer.from(readFileSync(secret, 'utf8').split('\n')[1] ?? '', 'base64').subarray(-104);
	const summed = Buffer.concat([Buffer.from('Ed'), made.subarray(0, 72)]);
	const sum = execFileSync('b2sum', ['-l', '256'], {input: summed, encoding: 'utf8'}).slice(0, 64);
	writeFileSync(secret, lockedText('tea', Buffer.concat([made.subarray(0, 72), Buffer.from(sum, 'hex')])));
	t.is(decodeMinisignKey(readFileSync(secret, 'utf8'), 'tea').id, key.id);
	const file = join(folder, 'file');
	writeFileSync(file, 'abc');
	execFileSync('minisign', ['-S', '-s', secret, '-m', file], {input: 'tea\n', stdio: ['pipe', 'ignore', 'ignore']});
	t.notThrows(() => execFileSync('minisign', ['-V', '-p', publicFile, '-m', file], {stdio: 'ignore'}));
});
