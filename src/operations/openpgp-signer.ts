import {decodeListing, type ListedKey, type ListedKeys} from '../codecs/gpg-listing.ts';
import {type Gpg, openGpg} from '../host/gpg.ts';
import type {GpgAnswer} from '../host/gpg-process.ts';
import {HostError} from '../model/errors.ts';
import type {KeyChoice, KeyPlace} from '../model/signing.ts';
import type {Context} from './context.ts';
import {keyOf, passphraseOf, refusedKey, withoutSecrets} from './secret.ts';

/** An OpenPGP key that is known to sign. */
export interface OpenPgpSigner {
	readonly fingerprint: string;
	/** RFC 4880 9.1: 1 is RSA, 22 EdDSA. */
	readonly algorithm: number;
	/**
	 * A detached signature over all chunks. It says that it was made at `epoch` (seconds since 1970 UTC), or when the key
	 * was, if that is later: nobody accepts a signature that is older than its key.
	 */
	sign(data: Iterable<Uint8Array>, options: {readonly epoch: number; readonly armor: boolean}): Promise<Uint8Array>;
	close(): Promise<void>;
}

/**
 * Finds the key and has it sign once, so that what is wrong with it is said before anything is made.
 * Throws a ConfigError (SIGN_KEY_MISSING, SIGN_KEY_INVALID, SIGN_KEY_AMBIGUOUS, SIGN_KEY_EXPIRED, SIGN_KEY_REVOKED,
 * SIGN_KEY_UNFIT, SIGN_PASSPHRASE_MISSING, SIGN_PASSPHRASE_WRONG) or a HostError (GPG_MISSING, SIGN_FAILED).
 */
export async function openOpenPgpSigner(choice: KeyChoice, context: Context): Promise<OpenPgpSigner> {
	const {environment} = context;
	const key = keyOf(choice, environment);
	const passphrase = passphraseOf(choice, environment);
	const gpg = openGpg({isPrivate: key !== undefined, passphrase, environment: withoutSecrets(environment, [choice])});
	try {
		const {fingerprint, algorithm, since} = await findKey(gpg, choice, key);
		const sign: OpenPgpSigner['sign'] = async (data, {epoch, armor}) => {
			// The clock has the last word: a signature of the future is refused everywhere.
			const time = Math.min(Math.max(epoch, since), now());
			return signatureOf(await gpg.sign(data, {fingerprint, time, armor}), choice);
		};
		await sign([], {epoch: 0, armor: false});
		return {fingerprint, algorithm, sign, close: gpg.close};
	} catch (error) {
		await gpg.close();
		throw error;
	}
}

interface FoundKey {
	readonly fingerprint: string;
	readonly algorithm: number;
	/** When there was the primary key and the one that signs: seconds since 1970 UTC. */
	readonly since: number;
}

async function findKey(gpg: Gpg, {source, place}: KeyChoice, key: Uint8Array | undefined): Promise<FoundKey> {
	if (key !== undefined) {
		refuseWithoutAgent(await gpg.importKey(key));
	}

	const {stdout, stderr} = await gpg.list(source.kind === 'agent' ? source.name : undefined);
	const keys = decodeListing(stdout.toString());
	const [found, ...others] = keys;
	if (found === undefined) {
		throw source.kind === 'agent'
			? refusedKey(place, `is ${JSON.stringify(source.name)}, and gpg has no secret key of that name`, {
					code: 'SIGN_KEY_MISSING',
					hint: `gpg --list-secret-keys shows those that it has${saidOf(stderr)}`,
				})
			: refusedKey(place, 'names what is no OpenPGP secret key', {
					code: 'SIGN_KEY_INVALID',
					hint: 'gpg --armor --export-secret-keys FINGERPRINT writes one',
				});
	}

	if (others.length > 0) {
		throw refusedKey(place, `fits ${keys.length} secret keys`, {
			code: 'SIGN_KEY_AMBIGUOUS',
			hint: `say which, by its fingerprint: ${keys.map(([{fingerprint}]) => fingerprint).join(', ')}`,
		});
	}

	return usable(found, place);
}

/** The agent's socket lies in the temporary folder, and a path of more than 107 bytes is none for a socket: unix(7). */
function refuseWithoutAgent({ok, stderr}: GpgAnswer): void {
	if (!ok && /No agent running|can't connect to the (?:gpg-)?agent|IPC connect/i.test(stderr)) {
		throw new HostError('gpg has no agent, which it needs for a secret key', {
			code: 'SIGN_FAILED',
			hint: 'see that gpg-agent is installed, and point TMPDIR at a folder with a short path',
			command: 'gpg',
			output: saidBy(stderr),
		});
	}
}

/** The youngest that may sign today, as gpg itself would choose. */
function usable(keys: ListedKeys[number], place: KeyPlace): FoundKey {
	const [primary] = keys;
	refuseState(primary, place);
	const signing = keys.filter(({signs, isSecret}) => signs && isSecret);
	const good = signing.filter(({state, expires}) => state === 'good' && !(expires !== undefined && expires <= now()));
	const best = good.toSorted((one, other) => other.created - one.created)[0];
	if (best !== undefined) {
		const {fingerprint, algorithm, created} = best;
		return {fingerprint, algorithm, since: Math.max(created, primary.created)};
	}

	for (const key of signing) {
		refuseState(key, place);
	}

	throw refusedKey(place, `names the key ${primary.fingerprint}, which has no secret part that may sign`, {
		code: 'SIGN_KEY_UNFIT',
		hint: 'gpg --quick-add-key FINGERPRINT ed25519 sign adds one that may',
	});
}

/** Against today's clock, whatever time is stamped into the artifact: nobody who has the key today could tell it from a theft. */
function refuseState({fingerprint, state, expires}: ListedKey, place: KeyPlace): void {
	const key = `names the key ${fingerprint}, which`;
	if (state === 'revoked') {
		throw refusedKey(place, `${key} is revoked`, {code: 'SIGN_KEY_REVOKED', hint: 'sign with another one'});
	}

	if (state === 'expired' || (expires !== undefined && expires <= now())) {
		const since = expires === undefined ? '' : ` on ${new Date(expires * 1000).toISOString().slice(0, 10)}`;
		throw refusedKey(place, `${key} expired${since}`, {
			code: 'SIGN_KEY_EXPIRED',
			hint: `gpg --quick-set-expire ${fingerprint} 2y gives it more time; export it again where it comes from a file`,
		});
	}

	if (state === 'other') {
		throw refusedKey(place, `${key} gpg calls disabled or invalid`, {
			code: 'SIGN_KEY_UNFIT',
			hint: 'see what gpg --list-secret-keys says of it, or sign with another one',
		});
	}
}

/** Codes of libgpg-error, in the low 16 bits of what stands after FAILURE. */
const badPassphrase = 11;
/** Nobody could be asked, or did not answer: NO_PIN_ENTRY, CANCELED, NO_PASSPHRASE, FULLY_CANCELED. */
const unasked: readonly number[] = [86, 99, 177, 198];

function signatureOf(answer: GpgAnswer, {passphrase, place, source}: KeyChoice): Uint8Array {
	if (answer.ok && answer.stdout.length > 0) {
		return answer.stdout;
	}

	const failure = Number(/^\[GNUPG:\] FAILURE sign (\d+)/m.exec(answer.stderr)?.[1] ?? 0) & 0xff_ff;
	if (failure === badPassphrase && passphrase !== undefined) {
		throw refusedKey(place, `names a key that the passphrase in ${passphrase} does not open`, {
			code: 'SIGN_PASSPHRASE_WRONG',
			hint: `see that ${passphrase} holds the passphrase, and nothing else`,
		});
	}

	if (failure === badPassphrase || unasked.includes(failure) || /No passphrase given/.test(answer.stderr)) {
		throw refusedKey(place, 'names a key that a passphrase protects, and none is given', {
			code: 'SIGN_PASSPHRASE_MISSING',
			hint: 'name the variable that holds it: passphrase-env = "NAME", or --passphrase-env NAME',
		});
	}

	throw new HostError(`gpg did not sign with ${source.kind === 'agent' ? JSON.stringify(source.name) : place.named}`, {
		code: 'SIGN_FAILED',
		hint: 'what gpg said tells more; gpg --detach-sign with the same key would fail as well',
		command: 'gpg',
		output: saidBy(answer.stderr),
	});
}

/** Without the lines that are for programs. */
function saidBy(stderr: string): string {
	return stderr
		.split('\n')
		.filter(line => !line.startsWith('[GNUPG:]'))
		.join('\n')
		.trim();
}

function saidOf(stderr: string): string {
	const said = saidBy(stderr).split('\n')[0] ?? '';
	return said === '' ? '' : `; it said: ${said}`;
}

function now(): number {
	return Math.floor(Date.now() / 1000);
}
