import {readFileSync} from 'node:fs';
import {ConfigError} from '../model/errors.ts';
import type {KeyChoice, KeyPlace} from '../model/signing.ts';
import type {Context} from './context.ts';

/** The bytes of a key; undefined where the user's gpg holds it. Throws a ConfigError (SIGN_KEY_MISSING). */
export function keyOf({source, place}: KeyChoice, environment: Context['environment']): Uint8Array | undefined {
	switch (source.kind) {
		case 'agent':
			return undefined;
		case 'environment':
			return Buffer.from(variable(source.name, place, environment));
		case 'file':
			try {
				return readFileSync(source.file);
			} catch (cause) {
				const reason = cause instanceof Error ? cause.message : String(cause);
				throw refusedKey(place, `names a key file that cannot be read: ${reason}`, {
					code: 'SIGN_KEY_MISSING',
					hint: 'name a file with a secret key that you may read',
					cause,
				});
			}
	}
}

/** Undefined where none is given. Throws a ConfigError (SIGN_KEY_MISSING) for a variable that is not set. */
export function passphraseOf({passphrase, place}: KeyChoice, environment: Context['environment']): string | undefined {
	return passphrase === undefined ? undefined : variable(passphrase, place, environment);
}

/** The environment without what is secret in it: no program that is started needs to know. */
export function withoutSecrets(
	environment: Context['environment'],
	choices: ReadonlyArray<KeyChoice | undefined>,
): Context['environment'] {
	const secret = choices.flatMap(choice =>
		choice === undefined
			? []
			: [choice.passphrase, choice.source.kind === 'environment' ? choice.source.name : undefined],
	);
	return Object.fromEntries(Object.entries(environment).filter(([name]) => !secret.includes(name)));
}

function variable(name: string, place: KeyPlace, environment: Context['environment']): string {
	const value = environment[name];
	if (value === undefined || value === '') {
		throw refusedKey(place, `wants the variable ${name}, which the environment does not have`, {
			code: 'SIGN_KEY_MISSING',
			hint: `set ${name}, or build without --sign`,
		});
	}

	return value;
}

/** A refusal that names where the key is named. */
export function refusedKey(
	{named, file, key}: KeyPlace,
	what: string,
	details: {readonly code: string; readonly hint: string; readonly cause?: unknown},
): ConfigError {
	return new ConfigError(`${named} ${what}`, {...details, file, key});
}
