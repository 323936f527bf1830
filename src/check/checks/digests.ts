import {createHash, type Hash} from 'node:crypto';
import {type Finding, type FindingKind, findingOf} from '../../model/findings.ts';
import type {Declared} from '../../model/package.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {FileEntry} from '../../model/tree.ts';
import type {Check, CheckRun, FileCheck} from '../check.ts';

const wrong: FindingKind = {
	code: 'DIGEST_WRONG',
	severity: 'error',
	title: 'a file that its package manager would call changed',
	why: 'rpm refuses to unpack such a file; dpkg takes it, and debsums reports it on every machine.',
	remedy: 'build the package again: either the file or the list of digests was changed',
};

const missing: FindingKind = {
	code: 'DIGEST_MISSING',
	severity: 'warning',
	title: 'a file without a digest in its package',
	why: 'The package manager cannot tell whether it is whole.',
	remedy: 'list every file but configuration files in the digests (md5sums of a deb)',
};

const stale: FindingKind = {
	code: 'DIGEST_STALE',
	severity: 'warning',
	title: 'a digest of a file that the package does not hold',
	why: 'debsums and its like report a missing file on every machine.',
	remedy: 'make the digests from the very tree that is packed',
};

/** What debs and rpms of all times use, and Node computes. */
const known: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

type Digests = NonNullable<Declared['digests']>;

export const digests: Check = {
	name: 'digests',
	question: 'Do the digests of the package hold for its files?',
	kinds: [wrong, missing, stale],
	unasked: ({declared, carries}) => {
		if (declared.digests) {
			const {algorithm} = declared.digests;
			return known.has(algorithm) ? undefined : `nothing here computes ${algorithm}`;
		}

		return `the ${carries.digests ? 'package' : 'format'} has no digests of its files`;
	},
	begin: ({declared}) => (declared.digests ? new Run(declared.digests, new Set(declared.conffiles)) : {}),
};

class Run implements CheckRun {
	readonly #digests: Digests;
	readonly #conffiles: ReadonlySet<InstallPath>;
	/** Named, and not met yet. */
	readonly #unmet: Set<InstallPath>;
	readonly #without: Finding[] = [];

	constructor(known: Digests, conffiles: ReadonlySet<InstallPath>) {
		this.#digests = known;
		this.#conffiles = conffiles;
		this.#unmet = new Set(known.files.keys());
	}

	open({path}: FileEntry): FileCheck | undefined {
		const said = this.#digests.files.get(path);
		this.#unmet.delete(path);
		if (said === undefined || said === '') {
			// Debian Policy has none of a configuration file in md5sums: it is there to be changed. The RECORD of a wheel cannot hold its own.
			if (!this.#conffiles.has(path) && !/^\/[^/]+\.dist-info\/RECORD(?:\.jws|\.p7s)?$/.test(path)) {
				this.#without.push(findingOf(missing, {path, message: 'has none'}));
			}

			return undefined;
		}

		return fileCheck(path, said.toLowerCase(), this.#digests.algorithm);
	}

	finish(): Finding[] {
		const left = [...this.#unmet].map(path => findingOf(stale, {path, message: 'is listed and is not there'}));
		return [...this.#without, ...left];
	}
}

function fileCheck(path: InstallPath, said: string, algorithm: string): FileCheck {
	const hash: Hash | undefined = algorithm === 'sha256' ? undefined : createHash(algorithm);
	return {
		push: chunk => void hash?.update(chunk),
		close: sha256 => {
			const is = hash?.digest('hex') ?? sha256;
			return is === said
				? []
				: [findingOf(wrong, {path, message: `has the ${algorithm} ${is}, the package says ${said}`})];
		},
	};
}
