import type {Finding, Severity} from '../model/findings.ts';
import {compareBytes} from '../model/paths.ts';
import type {Verification} from '../model/verification.ts';
import type {Selection} from './check-selection.ts';

/** Findings kept of a code and severity: a broken artifact can hold one in every file, and nobody reads them all. */
const mostKept = 1000;

const order: readonly Severity[] = ['error', 'warning', 'note'];

type Found = Pick<Verification, 'findings' | 'left' | 'counts' | 'ignored'>;

/** Takes findings as they come: counts all, keeps a bounded number. */
export class FindingStore {
	readonly #judge: (finding: Finding) => ReturnType<Selection['judge']>;
	readonly #kept = new Map<string, Finding[]>();
	readonly #left: Record<string, number> = {};
	readonly #counts = {error: 0, warning: 0, note: 0};
	#ignored = 0;

	constructor(judge: (finding: Finding) => ReturnType<Selection['judge']>) {
		this.#judge = judge;
	}

	add(findings: readonly Finding[]): void {
		for (const finding of findings) {
			const judgement = this.#judge(finding);
			if (judgement === 'wanted') {
				this.#keep(finding);
			} else if (judgement === 'ignored') {
				this.#ignored++;
			}
		}
	}

	found(): Found {
		return {
			findings: [...this.#kept.values()].flat().sort(compareFindings),
			left: this.#left,
			counts: this.#counts,
			ignored: this.#ignored,
		};
	}

	#keep(finding: Finding): void {
		const {code, severity} = finding;
		this.#counts[severity]++;
		const key = `${severity} ${code}`;
		const kept = this.#kept.get(key) ?? [];
		this.#kept.set(key, kept);
		if (kept.length < mostKept) {
			kept.push(finding);
		} else {
			this.#left[code] = (this.#left[code] ?? 0) + 1;
		}
	}
}

/** By severity, code, path, offset. */
function compareFindings(a: Finding, b: Finding): number {
	return (
		order.indexOf(a.severity) - order.indexOf(b.severity) ||
		compareBytes(a.code, b.code) ||
		compareBytes(a.path, b.path) ||
		(a.offset ?? -1) - (b.offset ?? -1)
	);
}
