import type {Command} from 'commander';
import type {KeyRequest} from '../src/index.ts';
import {absolute, type Session} from './command.ts';

/** Flags that name keys, as commander hands them over. */
export interface KeyFlags {
	readonly key?: string;
	readonly keyFile?: string;
	readonly keyEnv?: string;
	readonly passphraseEnv?: string;
	readonly minisignKeyFile?: string;
	readonly minisignKeyEnv?: string;
	readonly minisignPassphraseEnv?: string;
}

/** Adds the flags that name keys. None takes a key or a passphrase itself: others see the arguments of a process. */
export function addKeyFlags(command: Command): Command {
	return command
		.option('--key <NAME>', 'a key of your gpg: a fingerprint or a user id')
		.option('--key-file <FILE>', 'a file that holds an OpenPGP secret key')
		.option('--key-env <VARIABLE>', 'the variable that holds an OpenPGP secret key')
		.option('--passphrase-env <VARIABLE>', 'the variable that holds its passphrase')
		.option('--minisign-key-file <FILE>', 'a secret key of minisign')
		.option('--minisign-key-env <VARIABLE>', 'the variable that holds a secret key of minisign')
		.option('--minisign-passphrase-env <VARIABLE>', 'the variable that holds its passphrase');
}

/** What the flags say of keys, paths absolute; undefined where they say nothing. */
export function keyRequestOf(flags: KeyFlags, session: Session): KeyRequest | undefined {
	const file = (path: string | undefined, flag: string) =>
		path === undefined ? undefined : absolute(session, path, flag);
	const request = {
		key: flags.key,
		keyFile: file(flags.keyFile, '--key-file'),
		keyEnv: flags.keyEnv,
		passphraseEnv: flags.passphraseEnv,
		minisignKeyFile: file(flags.minisignKeyFile, '--minisign-key-file'),
		minisignKeyEnv: flags.minisignKeyEnv,
		minisignPassphraseEnv: flags.minisignPassphraseEnv,
	};
	return Object.values(request).some(value => value !== undefined) ? request : undefined;
}
