/** OpenPGP keys that live as long as a test. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import {temporaryFolder} from './pack.ts';

export interface KeyOptions {
	/** As gpg names it: `ed25519`, `rsa2048`. */
	readonly algorithm?: string;
	readonly passphrase?: string;
	/** As gpg takes it, such as `seconds=1`; default: never. */
	readonly expires?: string;
	/** Default: `sign`. */
	readonly usage?: 'sign' | 'cert';
	/** When it is made: seconds since 1970 UTC; default: long before every artifact. */
	readonly made?: number;
}

export interface TestKey {
	readonly fingerprint: string;
	/** A keyring that has it. */
	readonly home: string;
	/** The secret key, armored. */
	readonly file: HostPath;
	readonly publicFile: string;
}

const early = 1_000_000_000 - 86_400;

/** Makes a key in a keyring of its own; both go away with the test. */
export function testKey(t: ExecutionContext, options: KeyOptions = {}): TestKey {
	const {algorithm = 'ed25519', passphrase = '', expires = 'never', usage = 'sign', made = early} = options;
	const folder = temporaryFolder();
	const home = join(folder, 'keyring');
	mkdirSync(home, {mode: 0o700});
	t.teardown(() => endAgent(home));
	const secret = ['--pinentry-mode', 'loopback', '--passphrase', passphrase];
	const time = ['--faked-system-time', `${made}!`];
	gpg(home, ...secret, ...time, '--quick-gen-key', 'Release <release@example.org>', algorithm, usage, expires);
	const listing = gpg(home, '--list-secret-keys', '--with-colons');
	const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listing)?.[1] ?? '';
	const file = hostPath(join(folder, 'secret.asc'));
	const publicFile = join(folder, 'public.asc');
	writeFileSync(file, gpg(home, ...secret, '--armor', '--export-secret-keys', fingerprint), {mode: 0o600});
	writeFileSync(publicFile, gpg(home, '--armor', '--export', fingerprint));
	return {fingerprint, home, file, publicFile};
}

/** Runs gpg on a keyring, and gives what it writes. */
export function gpg(home: string, ...args: string[]): string {
	return execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', ...args], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

export function endAgent(home: string): void {
	execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], {stdio: 'ignore'});
}
