import {createHash} from 'node:crypto';
import {type Finding, findingOf} from '../../model/findings.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {CheckRun, FileCheck} from '../check.ts';
import {recordKinds as kinds} from './record-kinds.ts';

/** The hashes of RECORD beside sha256, as hashlib and Node alike call them. Tools of today write none of them. */
const otherAlgorithms: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha224', 'sha384', 'sha512']);

/** Whether a row with this algorithm can be compared by it, though no survey has the digest. */
export function isOtherAlgorithm(name: string): boolean {
	return otherAlgorithms.has(name);
}

/** What a row says of a file that no digest was made of yet. */
export interface OtherHash {
	readonly path: InstallPath;
	readonly algorithm: string;
	/** In URL-safe base64 without padding. */
	readonly value: string;
	readonly severity: Finding['severity'];
}

/** Hashes the files that such rows name, and compares them. */
export function comparing(others: readonly OtherHash[]): CheckRun {
	const byPath = Map.groupBy(others, ({path}) => path);
	return {
		open({path}) {
			const said = byPath.get(path);
			return said && hashing(said);
		},
	};
}

function hashing(said: readonly OtherHash[]): FileCheck {
	const running = said.map(one => ({...one, hash: createHash(one.algorithm)}));
	return {
		push(chunk) {
			for (const {hash} of running) {
				hash.update(chunk);
			}
		},
		close: () =>
			running.flatMap(({hash, ...one}) => (hash.digest('base64url') === one.value ? [] : [differing('hash', one)])),
	};
}

/** A finding about a file whose `what`, its hash or its size, is not that of its row. */
export function differing(what: string, {path, severity}: Pick<OtherHash, 'path' | 'severity'>): Finding {
	return findingOf(kinds.differs, {path, severity, message: `has another ${what} than its RECORD says`});
}
