import {type Finding, type FindingKind, findingOf} from '../../model/findings.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {Survey} from '../../model/survey.ts';
import {type FileEntry, sizeOf} from '../../model/tree.ts';
import type {Check, CheckRun, FileCheck} from '../check.ts';
import {HeldBytes} from '../held-bytes.ts';
import {provenanceOf} from '../provenance.ts';
import {isSecretFile, largestSecretFile, secretsOfFile} from '../secret-files.ts';
import type {SecretKind} from '../secret-patterns.ts';
import {SecretStream} from '../secret-stream.ts';

const why =
	'Whoever has the package has it, and packages are copied to mirrors, backups and images that nobody counts.';

const kinds: Readonly<Record<SecretKind | 'file', FindingKind>> = {
	key: {
		code: 'SECRET_PRIVATE_KEY',
		severity: 'error',
		title: 'a private key',
		why,
		remedy: 'take it out, and replace the key wherever it is in use; keys belong to the machine, not to the package',
	},
	token: {
		code: 'SECRET_TOKEN',
		severity: 'error',
		title: 'a token or an access key',
		why,
		remedy: 'take it out, and revoke it where it was issued',
	},
	url: {
		code: 'SECRET_URL',
		severity: 'warning',
		title: 'a password in an address',
		why,
		remedy: 'take it out, and change the password; let the program read it from a file of the administrator',
	},
	file: {
		code: 'SECRET_FILE',
		severity: 'error',
		title: 'a file that programs keep passwords in',
		why,
		remedy: 'leave it out of the wheel or of the venv, and change the passwords',
	},
};

/** Whether it holds what only its builder should have. Never says the secret itself. */
export const secrets: Check = {
	name: 'secrets',
	question: 'Does it hold keys, tokens or passwords?',
	kinds: Object.values(kinds),
	begin: () => {
		const found: Found[] = [];
		return {
			open: entry => new SecretCheck(entry, found),
			finish: survey => judge(found, survey),
		};
	},
};

/** The same question of some files alone, answered as soon as each was read: what a build is asked to add. */
export function secretsIn(isAsked: (path: InstallPath) => boolean): CheckRun {
	return {
		open: entry => {
			const found: Found[] = [];
			const check = new SecretCheck(entry, found);
			return isAsked(entry.path)
				? {
						push: chunk => check.push(chunk),
						close: () => {
							check.close();
							return found.map(({kind, ...one}) => findingOf(kind, one));
						},
					}
				: undefined;
		},
	};
}

interface Found {
	readonly kind: FindingKind;
	readonly path: InstallPath;
	readonly message: string;
	readonly offset: number | undefined;
}

/** What came with a wheel from an index is known to everybody: keys to test with, addresses in examples. */
function judge(found: readonly Found[], survey: Survey): Finding[] {
	const provenance = provenanceOf(survey);
	return found.map(({kind, ...one}) =>
		findingOf(kind, {...one, severity: provenance.isDownloaded(one.path) ? 'note' : kind.severity}),
	);
}

class SecretCheck implements FileCheck {
	readonly #path: InstallPath;
	readonly #found: Found[];
	readonly #held: HeldBytes | undefined;
	/** Undefined before the first bytes, and where they are no text: what is compiled has its source beside it. */
	#stream: SecretStream | undefined;
	#isText: boolean | undefined;

	constructor(entry: FileEntry, found: Found[]) {
		this.#path = entry.path;
		this.#found = found;
		const isHeld = isSecretFile(entry.path) && sizeOf(entry.content) <= largestSecretFile;
		this.#held = isHeld ? new HeldBytes(entry) : undefined;
	}

	push(chunk: Uint8Array): void {
		this.#held?.push(chunk);
		this.#isText ??= !chunk.subarray(0, 4096).includes(0);
		if (this.#isText) {
			this.#stream ??= new SecretStream();
			this.#stream.push(chunk);
		}
	}

	close(): readonly [] {
		const path = this.#path;
		for (const {kind, what, offset, count} of this.#stream?.close() ?? []) {
			const message = `holds ${what}${count > 1 ? `, ${count} times` : ''}`;
			this.#found.push({kind: kinds[kind], path, offset, message});
		}

		const what = this.#held && secretsOfFile(path, this.#held.bytes().toString('utf8'));
		if (what !== undefined) {
			this.#found.push({kind: kinds.file, path, offset: undefined, message: `holds ${what}`});
		}

		return [];
	}
}
