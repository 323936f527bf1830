import {dirname, resolve} from 'node:path';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {KeyChoice, KeyRequest, KeySource, Signing} from '../model/signing.ts';
import {flagPlace, type Place, refusal} from './place.ts';
import type {SignTable} from './tables/sign.ts';

/** What a configuration file says of keys, and where. */
export interface WrittenKeys {
	readonly table: SignTable | undefined;
	/** The configuration file; undefined where there is none. */
	readonly file: HostPath | undefined;
	readonly placeOf: ((key: string) => Place) | undefined;
}

/** A value that names a key or a passphrase, and where it stands. */
interface Named {
	readonly value: string;
	readonly place: Place;
}

/** The key of the table, and the flag, of each property of a KeyRequest. */
const names = {
	key: 'key',
	keyFile: 'key-file',
	keyEnv: 'key-env',
	passphraseEnv: 'passphrase-env',
	minisignKeyFile: 'minisign-key-file',
	minisignKeyEnv: 'minisign-key-env',
	minisignPassphraseEnv: 'minisign-passphrase-env',
} as const satisfies Record<keyof KeyRequest, keyof SignTable>;

/**
 * Which keys sign. Flags that name an OpenPGP key take the place of the table's, and so for minisign.
 * Throws a ConfigError (SIGN_KEY_UNSET, SIGN_KEY_TWICE, SIGN_VARIABLE_INVALID, SIGN_KEY_EXPOSED), which never shows what
 * may be a secret.
 */
export function signingOf(request: KeyRequest, written: WrittenKeys): Signing {
	const openpgp = choiceOf(['key', 'keyFile', 'keyEnv'], 'passphraseEnv', {request, written});
	const minisign = choiceOf(['minisignKeyFile', 'minisignKeyEnv'], 'minisignPassphraseEnv', {request, written});
	if (openpgp === undefined && minisign === undefined) {
		throw refusal(written.placeOf?.('sign') ?? flagPlace('--sign'), 'names no key to sign with', {
			code: 'SIGN_KEY_UNSET',
			hint: 'write [sign] with key, key-file or key-env in the configuration, or add --key, --key-file or --key-env',
		});
	}

	return {openpgp, minisign};
}

type Property = keyof KeyRequest;
interface Said {
	readonly request: KeyRequest;
	readonly written: WrittenKeys;
}

function choiceOf(keys: readonly Property[], passphrase: Property, said: Said): KeyChoice | undefined {
	const flags = keys.flatMap(key => named(key, said.request[key], flagPlace(`--${names[key]}`)));
	const found = flags.length > 0 ? flags : keys.flatMap(key => fromTable(key, said.written));
	const [first, second] = found;
	if (first === undefined) {
		return undefined;
	}

	if (second !== undefined) {
		throw refusal(second.place, `names a key, and so does ${first.place.named}`, {
			code: 'SIGN_KEY_TWICE',
			hint: 'keep one of them',
		});
	}

	const secret = [
		...named(passphrase, said.request[passphrase], flagPlace(`--${names[passphrase]}`)),
		...fromTable(passphrase, said.written),
	][0];
	return {source: sourceOf(first, said.written), passphrase: secret && variableOf(secret), place: first.place};
}

interface Found extends Named {
	readonly property: Property;
}

function named(property: Property, value: string | undefined, place: Place): Found[] {
	return value === undefined ? [] : [{property, value, place}];
}

function fromTable(property: Property, {table, placeOf}: WrittenKeys): Found[] {
	const name = names[property];
	return placeOf === undefined ? [] : named(property, table?.[name], placeOf(`sign.${name}`));
}

function sourceOf(found: Found, {file}: WrittenKeys): KeySource {
	const {property, value, place} = found;
	if (property === 'keyEnv' || property === 'minisignKeyEnv') {
		return {kind: 'environment', name: variableOf(found)};
	}

	if (value === '' || /\p{Cc}|PRIVATE KEY/u.test(value)) {
		throw refusal(place, value === '' ? 'is empty' : 'holds a key itself, it seems, and must only name one', {
			code: 'SIGN_KEY_EXPOSED',
			hint: 'a key in a variable is named with key-env = "NAME"; $ and braces would put the key itself into the configuration',
		});
	}

	return property === 'key'
		? {kind: 'agent', name: value}
		: {kind: 'file', file: hostPath(file === undefined ? value : resolve(dirname(file), value))};
}

/** What is no name of a variable may be the secret itself: it is not shown. */
function variableOf({value, place}: Named): string {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) {
		throw refusal(place, 'is no name of a variable of the environment', {
			code: 'SIGN_VARIABLE_INVALID',
			hint: 'write the name alone, such as SIGNING_KEY, without $ and braces: with them the secret itself would stand here',
		});
	}

	return value;
}
