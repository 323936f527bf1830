import * as v from 'valibot';
import type {Table} from '../table.ts';

/** `[sign]`: what signs when signing is asked for. It names keys; no key and no passphrase stands in it. */
export interface SignTable {
	readonly key?: string | undefined;
	readonly 'key-file'?: string | undefined;
	readonly 'key-env'?: string | undefined;
	readonly 'passphrase-env'?: string | undefined;
	readonly 'minisign-key-file'?: string | undefined;
	readonly 'minisign-key-env'?: string | undefined;
	readonly 'minisign-passphrase-env'?: string | undefined;
}

const text = (description: string) => v.optional(v.pipe(v.string(), v.description(description)));

export const sign: Table<SignTable> = {
	schema: v.strictObject({
		key: text("A key of the builder's own gpg, by fingerprint or user id."),
		'key-file': text('A file that holds an OpenPGP secret key.'),
		'key-env': text('The name of the variable that holds an OpenPGP secret key, armored.'),
		'passphrase-env': text('The name of the variable that holds the passphrase of the OpenPGP key.'),
		'minisign-key-file': text('A secret key file of minisign.'),
		'minisign-key-env': text('The name of the variable that holds the text of such a file.'),
		'minisign-passphrase-env': text('The name of the variable that holds the passphrase of the minisign key.'),
	}),
	many: false,
	description: 'The keys that build --sign and venvpack sign use.',
	example: ['key-env = "SIGNING_KEY"', 'passphrase-env = "SIGNING_PASSPHRASE"'],
};
