import {decodeRecord, type RecordRow} from '../../codecs/record.ts';
import type {Member, WheelArchive} from './archive.ts';
import {refusal} from './refusal.ts';

/** Algorithms that the specification of RECORD allows and Node knows. */
const algorithms = ['sha256', 'sha384', 'sha512'];

/**
 * Holds every member to the RECORD of its wheel, and returns the sha256 of each, in hexadecimal. Rows of files that are
 * not there, and rows without a hash, are let be: real wheels have them, and nothing is installed by them.
 * Throws an InputError (WHEEL_RECORD) for a member that RECORD lacks or that has other bytes.
 */
export async function confirmRecord(
	archive: WheelArchive,
	distInfo: string,
	wheel: string,
): Promise<Map<string, string>> {
	const files = archive.members.filter(member => !member.name.endsWith('/'));
	const recordName = `${distInfo}/RECORD`;
	const record = files.find(member => member.name === recordName);
	if (record === undefined) {
		throw refusal(wheel, 'WHEEL_RECORD', `it has no ${recordName}`);
	}

	const text = Buffer.from(await archive.read(record)).toString('utf8');
	const rows = new Map(decodeRecord(text).map(row => [row.path, row]));
	const lacking = files.find(member => !rows.has(member.name) && !mayLack(member.name, recordName));
	if (lacking) {
		throw refusal(wheel, 'WHEEL_RECORD', `its RECORD does not name its member ${lacking.name}`);
	}

	const hashes = new Map<string, string>();
	// A few at a time: unpacking runs in other threads, hashing in this one.
	for (let at = 0; at < files.length; at += 4) {
		const some = files.slice(at, at + 4);
		const digests = await Promise.all(some.map(async member => confirm(archive, member, rows.get(member.name), wheel)));
		for (const [index, member] of some.entries()) {
			hashes.set(member.name, digests[index] ?? '');
		}
	}

	return hashes;
}

/** RECORD cannot state its own hash, nor can the signatures made of it. */
function mayLack(name: string, record: string): boolean {
	return name === record || name === `${record}.jws` || name === `${record}.p7s`;
}

async function confirm(
	archive: WheelArchive,
	member: Member,
	row: RecordRow | undefined,
	wheel: string,
): Promise<string> {
	const [, algorithm = '', stated = ''] = /^(\w+)=(.+)$/.exec(row?.hash ?? '') ?? [];
	const known = algorithms.includes(algorithm) && algorithm !== 'sha256';
	const [sha256, other] = await archive.digest(member, known ? ['sha256', algorithm] : ['sha256']);
	const found = (algorithm === 'sha256' ? sha256 : other)?.toString('base64url');
	if (found !== undefined && found !== stated.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')) {
		throw refusal(
			wheel,
			'WHEEL_RECORD',
			`its member ${member.name} has the ${algorithm} ${found}, and its RECORD says ${stated}`,
		);
	}

	return sha256?.toString('hex') ?? '';
}
