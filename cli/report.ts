import type {
	BuildResult,
	Comparison,
	Event,
	Explanation,
	ExtractResult,
	Inspection,
	Question,
	RelocateResult,
	Reproduction,
	SignResult,
	Verification,
} from '../src/index.ts';
import {comparisonDocument, writeComparison} from './comparison.ts';
import {buildDocument, type Remarks, type Warning} from './document.ts';
import {writeExplanation} from './explanation.ts';
import {writeExtraction} from './extraction.ts';
import {type Failure, writeFailure} from './failure.ts';
import {inspectionDocument, writeInspection} from './inspection.ts';
import {type Progress, progressOn} from './progress.ts';
import {writeReleaseNote} from './release-note.ts';
import {writeRelocation} from './relocation.ts';
import {reproductionDocument, writeReproduction} from './reproduction.ts';
import {writeSigned} from './signing.ts';
import {writeSummary} from './summary.ts';
import {printable, type Terminal} from './terminal.ts';
import {exitCodeOf, verificationDocument, writeQuestions, writeVerification} from './verification.ts';

export interface ReportOptions {
	readonly json: boolean;
	readonly quiet: boolean;
	readonly verbose: boolean;
}

/**
 * Everything that a command tells: results on stdout, messages on stderr. With `json` stdout gets exactly one
 * document, whatever happens.
 */
export class Report {
	/** What the command ends with when it came to its end. */
	exitCode = 0;
	readonly #options: ReportOptions;
	readonly #out: Terminal;
	readonly #err: Terminal;
	readonly #cwd: string;
	readonly #progress: Progress | undefined;
	readonly #notes: string[] = [];
	readonly #warnings: Warning[] = [];

	constructor(options: ReportOptions, world: {out: Terminal; err: Terminal; cwd: string}) {
		this.#options = options;
		this.#out = world.out;
		this.#err = world.err;
		this.#cwd = world.cwd;
		this.#progress = options.quiet ? undefined : progressOn(world.err);
	}

	/** The listener of the library. */
	hear(event: Event): void {
		if (event.kind === 'note') {
			this.#notes.push(event.message);
		} else if (event.kind === 'warning') {
			this.#warnings.push({code: event.code, message: event.message});
		} else if (event.kind === 'output') {
			if (this.#options.verbose) {
				this.#progress?.say(this.#err.style('dim', `  ${event.tool}: ${printable(event.line)}`));
			}
		} else {
			this.#progress?.hear(event);
		}
	}

	built(result: BuildResult): void {
		this.#progress?.end();
		if (this.#options.json) {
			this.#document(buildDocument(result, this.#remarks()));
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}

		if (!this.#options.quiet && !this.#options.json) {
			writeSummary(result, {terminal: this.#out, cwd: this.#cwd, verbose: this.#options.verbose});
		}
	}

	inspected(inspection: Inspection, options: {readonly files: boolean; readonly tree: boolean}): void {
		this.#progress?.end();
		const shown = {...options, verbose: this.#options.verbose};
		if (this.#options.json) {
			this.#document({...inspectionDocument(inspection, shown), ...this.#remarks()});
		} else {
			writeInspection(inspection, {...shown, terminal: this.#out, cwd: this.#cwd});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	relocated(result: RelocateResult): void {
		this.#progress?.end();
		if (this.#options.json) {
			this.#document({...result, ...this.#remarks()});
		} else if (!this.#options.quiet) {
			writeRelocation(result, {terminal: this.#out, cwd: this.#cwd, verbose: this.#options.verbose});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	/** A part of a file that was asked for on stdout. */
	async raw(chunk: Uint8Array): Promise<void> {
		this.#progress?.end();
		await this.#out.bytes(chunk);
	}

	/** Where the bytes of a file went to stdout, nothing else may. */
	extracted(result: ExtractResult): void {
		this.#progress?.end();
		if (this.#options.json) {
			this.#document({...result, ...this.#remarks()});
		} else if (!this.#options.quiet && result.out !== undefined) {
			writeExtraction(result, {terminal: this.#out, cwd: this.#cwd});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	explained(explanation: Explanation): void {
		this.#progress?.end();
		this.#notes.push(...explanation.notes.filter(note => !this.#notes.includes(note)));
		if (this.#options.json) {
			this.#document({rows: explanation.rows, ...this.#remarks()});
		} else {
			writeExplanation(explanation, this.#out);
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	/** `sarif` where that is to be on stdout instead. */
	verified(verification: Verification, sarif: string | undefined): void {
		this.#progress?.end();
		this.exitCode = exitCodeOf(verification);
		if (sarif !== undefined) {
			this.#out.write(sarif);
		} else if (this.#options.json) {
			this.#document({...verificationDocument(verification), ...this.#remarks()});
		} else if (!this.#options.quiet) {
			writeVerification(verification, {terminal: this.#out, cwd: this.#cwd, verbose: this.#options.verbose});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	/** `files`: all of them; `markdown`: as a release note. */
	compared(comparison: Comparison, {files, markdown}: {readonly files: boolean; readonly markdown: boolean}): void {
		this.#progress?.end();
		this.exitCode = comparison.equal ? 0 : 1;
		if (this.#options.json) {
			this.#document({...comparisonDocument(comparison), ...this.#remarks()});
		} else if (markdown) {
			writeReleaseNote(comparison, this.#out);
		} else if (!this.#options.quiet) {
			writeComparison(comparison, this.#out, files);
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	/** `files`: all that differ are listed. */
	reproduced(reproduction: Reproduction, {files}: {readonly files: boolean}): void {
		this.#progress?.end();
		this.exitCode = reproduction.identical ? 0 : 1;
		if (this.#options.json) {
			this.#document({...reproductionDocument(reproduction), ...this.#remarks()});
		} else if (!this.#options.quiet) {
			writeReproduction(reproduction, {terminal: this.#out, cwd: this.#cwd, files});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	signed(result: SignResult): void {
		this.#progress?.end();
		if (this.#options.json) {
			this.#document({...result, ...this.#remarks()});
		} else if (!this.#options.quiet) {
			writeSigned(result, {terminal: this.#out, cwd: this.#cwd});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}
	}

	/** What `verify` can ask. */
	questions(questions: readonly Question[]): void {
		if (this.#options.json) {
			this.#document({checks: questions});
		} else {
			writeQuestions(questions, this.#out);
		}
	}

	/** A result of one line; with `json`, a document. */
	done(line: string, document: Readonly<Record<string, unknown>>): void {
		this.#progress?.end();
		if (this.#options.json) {
			this.#document(document);
		} else if (!this.#options.quiet) {
			this.#out.line(printable(line));
		}
	}

	failed(failure: Failure): void {
		this.#progress?.end();
		if (this.#options.json) {
			this.#document({error: this.#options.verbose ? failure : {...failure, stack: undefined}, ...this.#remarks()});
		}

		if (!this.#options.quiet) {
			this.#writeRemarks();
		}

		writeFailure(failure, this.#err, this.#options.verbose);
	}

	#remarks(): Remarks {
		return {notes: this.#notes, warnings: this.#warnings};
	}

	#writeRemarks(): void {
		for (const {code, message} of this.#warnings) {
			this.#err.line(`${this.#err.style('yellow', 'warning:')} ${printable(message)} [${code}]`);
		}

		for (const note of this.#notes) {
			this.#err.line(`${this.#err.style('dim', 'note:')} ${printable(note)}`);
		}
	}

	#document(document: Readonly<Record<string, unknown>>): void {
		this.#out.line(JSON.stringify(document, undefined, 2));
	}
}
