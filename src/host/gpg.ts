import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {callGpg, type GpgAnswer, type GpgCall} from './gpg-process.ts';
import {run} from './run.ts';
import {makeTemporary, removeTemporary} from './temporary.ts';

export interface SignOptions {
	/** Of the key or subkey that signs, and no other. */
	readonly fingerprint: string;
	/** What the signature says of its time: seconds since 1970 UTC. */
	readonly time: number;
	readonly armor: boolean;
}

/** GnuPG with the user's keys, or with one of a file alone. */
export interface Gpg {
	/** Adds a key to a private keyring. */
	importKey(key: Uint8Array): Promise<GpgAnswer>;
	/** Lists secret keys as `--with-colons` does: all, or those of a name. */
	list(name: string | undefined): Promise<GpgAnswer>;
	/** Makes a detached signature over all chunks, one after the other. */
	sign(data: Iterable<Uint8Array>, options: SignOptions): Promise<GpgAnswer>;
	/** Ends the agent of a private keyring, and removes all that there was of it. */
	close(): Promise<void>;
}

export interface GpgOptions {
	/** Whether it starts with a keyring of its own, empty, in a temporary folder. */
	readonly isPrivate: boolean;
	readonly passphrase: string | undefined;
	/** Of gpg and its agent: without the variables that hold a key or a passphrase. */
	readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Opens gpg. Throws a HostError (TEMPORARY_FOLDER); its methods throw GPG_MISSING and INTERRUPTED. */
export function openGpg({isPrivate, passphrase, environment}: GpgOptions): Gpg {
	const home = isPrivate ? makeTemporary() : undefined;
	const env = home === undefined ? environment : {...environment, GNUPGHOME: home};
	const call = (args: readonly string[], more: Partial<GpgCall> = {}) => callGpg({args, env, ...more});
	return {
		importKey: key => call(['--quiet', '--import'], {input: [key]}),
		list: name => call(['--list-secret-keys', '--with-colons', ...(name === undefined ? [] : ['--', name])]),
		sign: (data, options) => call(signArguments(options), {input: data, passphrase: passphrase ?? noPassphrase(home)}),
		close: async () => {
			if (home !== undefined) {
				await endAgent(home, env);
				removeTemporary(home);
			}
		},
	};
}

/** In a keyring of our own nobody is asked; where the user's agent has none either, it may ask. */
function noPassphrase(home: HostPath | undefined): string | undefined {
	return home === undefined ? undefined : '';
}

/**
 * SHA-512 is long enough for every key. The time is told to gpg as the time of day, which stands still; a key's own
 * signatures may be younger than an artifact.
 */
function signArguments({fingerprint, time, armor}: SignOptions): string[] {
	return [
		...['--faked-system-time', `${time}!`, '--ignore-valid-from', '--digest-algo', 'SHA512', '--no-emit-version'],
		...[armor ? '--armor' : '--no-armor', '--local-user', `${fingerprint}!`, '--output', '-', '--detach-sign'],
	];
}

async function endAgent(home: HostPath, env: GpgCall['env']): Promise<void> {
	try {
		await run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'], {env});
	} catch (error) {
		// An agent whose folder goes away ends by itself.
		if (!(error instanceof HostError)) {
			throw error;
		}
	}
}
