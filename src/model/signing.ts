import type {HostPath} from './paths.ts';

/** Where a secret key is. The key itself never stands in a value that is passed on, written down or shown. */
export type KeySource =
	/** A key of the user's own gpg, by fingerprint or user id. */
	| {readonly kind: 'agent'; readonly name: string}
	| {readonly kind: 'file'; readonly file: HostPath}
	/** A variable of the environment, by its name. */
	| {readonly kind: 'environment'; readonly name: string};

/** One key to sign with. */
export interface KeyChoice {
	readonly source: KeySource;
	/** The name of the variable that holds the passphrase; undefined where none is given. */
	readonly passphrase: string | undefined;
	/** Where the key is named, for errors: a flag, or the key of a configuration file. */
	readonly place: KeyPlace;
}

export interface KeyPlace {
	/** Short: `--key`, `venvpack.toml`. */
	readonly origin: string;
	/** As a message names it: `--key`, or file and key. */
	readonly named: string;
	readonly file: HostPath | undefined;
	readonly key: string | undefined;
}

/** What signs: at least one of both. */
export interface Signing {
	readonly openpgp: KeyChoice | undefined;
	readonly minisign: KeyChoice | undefined;
}

/** What flags say of keys: names and paths, never a key. */
export interface KeyRequest {
	readonly key?: string | undefined;
	readonly keyFile?: HostPath | undefined;
	readonly keyEnv?: string | undefined;
	readonly passphraseEnv?: string | undefined;
	readonly minisignKeyFile?: HostPath | undefined;
	readonly minisignKeyEnv?: string | undefined;
	readonly minisignPassphraseEnv?: string | undefined;
}

/** What was signed, and with what. */
export interface SignedArtifact {
	readonly path: HostPath;
	/** `rpm header`, `_gpgorigin`, or `beside` where the signatures are files of their own. */
	readonly signature: 'rpm header' | '_gpgorigin' | 'beside';
	/** Files that were written beside it. */
	readonly companions: readonly HostPath[];
	/** The fingerprint of the OpenPGP key that signed, and the id of the minisign key. */
	readonly keys: readonly string[];
}

export interface SignResult {
	readonly artifacts: readonly SignedArtifact[];
}
