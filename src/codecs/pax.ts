import {tarBroken, tarText} from './tar-text.ts';

/** The records of a pax extended header that venvpack knows; the others are passed over. */
export interface PaxRecords {
	readonly path?: string;
	readonly linkpath?: string;
	readonly size?: number;
	readonly mtime?: number;
	readonly uid?: number;
	readonly gid?: number;
	readonly uname?: string;
	readonly gname?: string;
	/** Whether the member is a sparse file of GNU tar's: its bytes are not as they stand. */
	readonly sparse?: true;
}

const newline = 0x0a;
const space = 0x20;

/**
 * Reads `LENGTH KEY=VALUE\n` records: pax in POSIX.1-2017, «pax Extended Header». An empty value takes back one that a
 * global header gave. `at`: where they begin in the archive, for errors.
 * Throws an ArtifactError (TAR_INVALID, ARTIFACT_NAME_NOT_UTF8).
 */
export function decodePax(bytes: Uint8Array, at: number): PaxRecords {
	const records: {-readonly [Key in keyof PaxRecords]: PaxRecords[Key]} = {};
	for (let from = 0; from < bytes.length; ) {
		const blank = bytes.indexOf(space, from);
		const digits = blank < 0 ? '' : Buffer.from(bytes.subarray(from, blank)).toString('latin1');
		const end = from + (/^\d{1,7}$/.test(digits) ? Number(digits) : 0);
		const equals = bytes.indexOf(0x3d, blank);
		if (end <= blank + 1 || end > bytes.length || bytes[end - 1] !== newline || equals < 0 || equals >= end) {
			throw tarBroken(at + from, 'a record of a pax header is damaged');
		}

		const key = Buffer.from(bytes.subarray(blank + 1, equals)).toString('latin1');
		Object.assign(records, record(key, bytes.subarray(equals + 1, end - 1), at + from));
		from = end;
	}

	return records;
}

function record(key: string, value: Uint8Array, at: number): PaxRecords {
	switch (key) {
		case 'path':
		case 'linkpath':
		case 'uname':
		case 'gname':
			return {[key]: value.length === 0 ? undefined : tarText(value, at)};
		case 'size':
		case 'mtime':
		case 'uid':
		case 'gid':
			return {[key]: value.length === 0 ? undefined : number(key, value, at)};
		default:
			return key.startsWith('GNU.sparse.') ? {sparse: true} : {};
	}
}

/** Times may have a fraction, and may lie before 1970. */
function number(key: string, value: Uint8Array, at: number): number {
	const text = Buffer.from(value).toString('latin1');
	const number = Math.floor(Number(text));
	const form = key === 'mtime' ? /^-?\d+(\.\d*)?$/ : /^\d+$/;
	if (!form.test(text) || !Number.isSafeInteger(number)) {
		throw tarBroken(at, `the ${key} of a pax header reads ${JSON.stringify(text.slice(0, 40))}`);
	}

	return number;
}
