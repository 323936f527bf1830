/** What `gpg --with-colons` lists: doc/DETAILS of GnuPG. */

/** A primary key or a subkey. */
export interface ListedKey {
	readonly isPrimary: boolean;
	/** Hexadecimal. */
	readonly fingerprint: string;
	/** The public-key algorithm, RFC 4880 9.1: 1 is RSA, 17 DSA, 19 ECDSA, 22 EdDSA. */
	readonly algorithm: number;
	/** Seconds since 1970 UTC. */
	readonly created: number;
	/** Undefined where it never expires. */
	readonly expires: number | undefined;
	/** `other`: disabled, or without a valid signature of its own primary key. */
	readonly state: 'good' | 'expired' | 'revoked' | 'other';
	readonly signs: boolean;
	/** Whether its secret part is here, or on a card. */
	readonly isSecret: boolean;
}

/** Primary keys, each with its subkeys, in the order of the listing. */
export type ListedKeys = ReadonlyArray<readonly [primary: ListedKey, ...subkeys: ListedKey[]]>;

/** Reads the lines of `gpg --list-secret-keys --with-colons`; what they do not know is left out. */
export function decodeListing(text: string): ListedKeys {
	const keys: Array<[ListedKey, ...ListedKey[]]> = [];
	let pending: readonly string[] | undefined;
	for (const fields of text.split('\n').map(line => line.split(':'))) {
		if (fields[0] === 'sec' || fields[0] === 'ssb') {
			pending = fields;
		} else if (fields[0] === 'fpr' && pending !== undefined) {
			const key = keyOf(pending, fields[9] ?? '');
			const last = keys.at(-1);
			if (key.isPrimary || last === undefined) {
				keys.push([key]);
			} else {
				last.push(key);
			}

			pending = undefined;
		}
	}

	return keys;
}

function keyOf(fields: readonly string[], fingerprint: string): ListedKey {
	const capabilities = fields[11] ?? '';
	const expires = Number(fields[6] ?? '');
	const states: Readonly<Record<string, ListedKey['state']>> = {e: 'expired', r: 'revoked', d: 'other', i: 'other'};
	return {
		isPrimary: fields[0] === 'sec',
		fingerprint,
		algorithm: Number(fields[3]),
		created: Number(fields[5]),
		expires: expires > 0 ? expires : undefined,
		state: capabilities.includes('D') ? 'other' : (states[fields[1] ?? ''] ?? 'good'),
		signs: capabilities.includes('s'),
		// A "#" stands for a secret part that lies elsewhere, an empty field in old versions for one that is here.
		isSecret: fields[14] !== '#',
	};
}
