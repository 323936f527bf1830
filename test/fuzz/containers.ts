import {asarLead, decodeAsarLead} from '../../src/codecs/asar-header.ts';
import {decodeHeaderSize} from '../../src/codecs/rpm-header.ts';
import {leadSize} from '../../src/formats/rpm/lead.ts';
import {asarBytes} from '../helpers/asar.ts';
import {type ZipMember, zip} from '../helpers/zip.ts';
import {mutated} from './mutations.ts';
import {repacked} from './packings.ts';
import type {Random} from './random.ts';

/** Changes what a compression or a checksum would otherwise guard: random bytes would never come past it. */
export type Inside = (bytes: Buffer, random: Random) => Buffer;

export const insideTar: Inside = (bytes, random) => repacked(bytes, tar => changedTar(tar, random));

/** One member of the ar archive is changed inside, and its size put right. */
export const insideDeb: Inside = (bytes, random) => {
	const members = arMembers(bytes);
	const chosen = random.below(members.length);
	const parts = members.map(({header, body}, at) => {
		const changed = at === chosen ? insideMember(header, body, random) : body;
		const line = Buffer.from(header);
		line.write(String(changed.length).padEnd(10), 48, 'latin1');
		return Buffer.concat([line, changed, Buffer.alloc(changed.length % 2, '\n')]);
	});
	return Buffer.concat([bytes.subarray(0, 8), ...parts]);
};

export const insideRpm: Inside = (bytes, random) => {
	const signature = decodeHeaderSize(bytes.subarray(leadSize), leadSize);
	const mainAt = leadSize + Math.ceil(signature.size / 8) * 8;
	const main = decodeHeaderSize(bytes.subarray(mainAt), mainAt);
	const payloadAt = mainAt + main.size;
	if (random.chance(60)) {
		const payload = repacked(bytes.subarray(payloadAt), cpio => mutated(cpio, random));
		return Buffer.concat([bytes.subarray(0, payloadAt), payload]);
	}

	// Within the main header, so that what guards its shape, the counts before it, stays right.
	const indexAt = mainAt + 16;
	const changed = mutated(bytes.subarray(indexAt, payloadAt), random);
	const fitted = Buffer.concat([changed, Buffer.alloc(payloadAt - indexAt)]).subarray(0, payloadAt - indexAt);
	return Buffer.concat([bytes.subarray(0, indexAt), fitted, bytes.subarray(payloadAt)]);
};

/** A new archive, right in every number but for those that are to be wrong. */
export const insideZip: Inside = (bytes, random) => {
	const names = [
		'a',
		'a/',
		'b/c',
		'../x',
		'/x',
		'a\\b',
		'x'.repeat(5000),
		'd/'.repeat(2000),
		'\0',
		'venvpack.json',
		'',
	];
	const info = [
		's-1.dist-info/WHEEL',
		's-1.dist-info/METADATA',
		's-1.dist-info/RECORD',
		't-2.dist-info/WHEEL',
		'pyvenv.cfg',
	];
	const isWheel = bytes.includes('.dist-info/WHEEL');
	const members = Array.from({length: random.below(8)}, (): ZipMember => {
		const body = random.chance(30) ? Buffer.alloc(random.below(100_000), 'x') : mutated(sampleText, random);
		return {
			name: random.chance(80) ? random.pick(random.chance(60) ? info : names) : mutated(Buffer.from('a/b/c'), random),
			body,
			deflate: random.chance(50),
			mode: random.chance(90) ? 0o100_644 : random.pick([0, 0o120_777, 0o040_755, 0o020_600, 0o777, 0xff_ff]),
			...(random.chance(10) ? {claims: random.pick([0, 1, body.length + 1, 0x7f_ff_ff_ff, 0xff_ff_ff_ff])} : {}),
		};
	});
	const first: ZipMember[] = isWheel ? [{name: 's-1.dist-info/WHEEL', body: 'Tag: py3-none-any\n'}] : [];
	const made = zip([...first, ...members], random.chance(10) ? Buffer.from('#!/bin/sh\n') : Buffer.alloc(0));
	return random.chance(30) ? mutated(made, random) : made;
};

/** A header whose numbers are right, with other words in it. */
export const insideAsar: Inside = (bytes, random) => {
	const {jsonLength = 0, end = 0} = decodeAsarLead(bytes) ?? {};
	const json = bytes.subarray(asarLead, asarLead + jsonLength);
	const contents = bytes.subarray(end);
	if (random.chance(50)) {
		return asarBytes(mutated(json, random), contents);
	}

	const words = [
		'"size":',
		'"offset":"',
		'"link":"',
		'"files":',
		'"hash":"',
		'"executable":',
		':{',
		'},',
		'"venvpack.json":',
	];
	const others = [
		'"size":9',
		'"offset":"9',
		'"link":"../',
		'"link":1,"files":',
		'"__proto__":',
		'"unpacked":true,',
		':[',
		',',
		'"..":',
	];
	let text = json.toString('latin1');
	for (let count = random.below(4); count >= 0; count--) {
		const at = text.indexOf(random.pick(words), random.below(text.length));
		text = at < 0 ? text : `${text.slice(0, at)}${random.pick(others)}${text.slice(at + random.below(12))}`;
	}

	return asarBytes(Buffer.from(text, 'latin1'), contents);
};

const sampleText: Buffer = Buffer.from(
	'Metadata-Version: 2.1\nName: s\nVersion: 1\nSummary: x\nRequires-Dist: y>1\n\nbody\na.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n',
);

interface ArMember {
	readonly header: Buffer;
	readonly body: Buffer;
}

function arMembers(bytes: Buffer): ArMember[] {
	const members: ArMember[] = [];
	for (let at = 8; at + 60 <= bytes.length; ) {
		const size = Number(bytes.toString('latin1', at + 48, at + 58));
		members.push({header: bytes.subarray(at, at + 60), body: bytes.subarray(at + 60, at + 60 + size)});
		at += 60 + size + (size % 2);
	}

	return members;
}

function insideMember(header: Buffer, body: Buffer, random: Random): Buffer {
	const isTar = header.toString('latin1', 0, 16).includes('.tar');
	return isTar && random.chance(85) ? repacked(body, tar => changedTar(tar, random)) : mutated(body, random);
}

function changedTar(tar: Buffer, random: Random): Buffer {
	// Most of a tar archive of small files is zeros: changes go to where something stands.
	const changed = random.chance(50) ? mutated(tar, random) : changedBlock(tar, random);
	return random.chance(85) ? withChecksums(changed) : changed;
}

function changedBlock(tar: Buffer, random: Random): Buffer {
	const used = Array.from({length: Math.floor(tar.length / 512)}, (_, at) => at * 512).filter(at => tar[at] !== 0);
	const at = random.pick(used);
	const block = mutated(tar.subarray(at, at + 512), random);
	const fitted = random.chance(90) ? Buffer.concat([block, Buffer.alloc(512)]).subarray(0, 512) : block;
	return Buffer.concat([tar.subarray(0, at), fitted, tar.subarray(at + 512)]);
}

/** Every header gets the checksum that it should have: the sum of its bytes, those of the checksum as spaces. */
function withChecksums(tar: Buffer): Buffer {
	const fixed = Buffer.from(tar);
	for (let at = 0; at + 512 <= fixed.length; at += 512) {
		if (fixed.toString('latin1', at + 257, at + 262) === 'ustar') {
			fixed.fill(' ', at + 148, at + 156);
			const sum = fixed.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
			fixed.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
		}
	}

	return fixed;
}
