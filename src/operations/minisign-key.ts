import {decodeMinisignKey, type MinisignKey, MinisignKeyError} from '../codecs/minisign.ts';
import type {KeyChoice} from '../model/signing.ts';
import type {Context} from './context.ts';
import {keyOf, passphraseOf, refusedKey} from './secret.ts';

/**
 * Reads a minisign key, and opens it where a passphrase protects it, which takes a gigabyte of memory for some seconds.
 * Throws a ConfigError (SIGN_KEY_MISSING, SIGN_KEY_INVALID, SIGN_PASSPHRASE_MISSING, SIGN_PASSPHRASE_WRONG).
 */
export function openMinisignKey(choice: KeyChoice, environment: Context['environment']): MinisignKey {
	const {place, passphrase} = choice;
	const text = Buffer.from(keyOf(choice, environment) ?? []).toString('utf8');
	try {
		return decodeMinisignKey(text, passphraseOf(choice, environment));
	} catch (cause) {
		if (!(cause instanceof MinisignKeyError)) {
			throw cause;
		}

		switch (cause.reason) {
			case 'locked':
				throw refusedKey(place, 'names a minisign key that a passphrase protects, and none is given', {
					code: 'SIGN_PASSPHRASE_MISSING',
					hint: 'name the variable that holds it: minisign-passphrase-env = "NAME", or --minisign-passphrase-env NAME',
				});
			case 'passphrase':
				throw refusedKey(place, `names a minisign key that the passphrase in ${passphrase} does not open`, {
					code: 'SIGN_PASSPHRASE_WRONG',
					hint: `see that ${passphrase} holds the passphrase, and nothing else`,
				});
			default:
				throw refusedKey(place, 'names what is no secret key of minisign', {
					code: 'SIGN_KEY_INVALID',
					hint: 'minisign -G makes one: give the file that it calls the secret key',
				});
		}
	}
}
