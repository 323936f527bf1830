import {createHash, type Hash, hash} from 'node:crypto';
import type {Check, CheckRequest, CheckRun, FileCheck} from '../check/check.ts';
import {damaged} from '../check/checks/damage.ts';
import type {Surveyor} from '../check/survey.ts';
import {type ContentSink, readContents} from '../host/contents.ts';
import type {Listener} from '../model/events.ts';
import {type Finding, findingOf} from '../model/findings.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {Survey} from '../model/survey.ts';
import {type FileEntry, sizeOf} from '../model/tree.ts';
import {completeSurvey} from './survey.ts';

export interface PassJob {
	readonly subject: OpenedPackage;
	readonly checks: readonly Check[];
	readonly asked: CheckRequest;
	readonly surveyor: Surveyor;
	readonly listener: Listener;
	found(findings: readonly Finding[]): void;
}

export interface Passed {
	readonly survey: Survey;
	readonly files: number;
	readonly bytes: number;
}

/**
 * Reads every file of an artifact once, in its order, and from that one reading feeds the survey, the digests and every
 * check; a second time only for a check that learned in the first what it has to look for. What a check cannot cope with is a finding about the file, never the end.
 */
export async function passOver(job: PassJob): Promise<Passed> {
	const pass = new CheckPass(job);
	await readContents(pass.files(), entry => pass.open(entry));
	const passed = pass.finish(await completeSurvey(job.surveyor));
	await pass.readAgain(passed.survey);
	return passed;
}

/** How often progress is told, in milliseconds. */
const tellEvery = 100;

class CheckPass {
	readonly #job: PassJob;
	readonly #runs: readonly CheckRun[];
	readonly #openers: readonly CheckRun[];
	readonly #total: number;
	#files = 0;
	#bytes = 0;
	#told = 0;

	constructor(job: PassJob) {
		this.#job = job;
		this.#runs = job.checks.map(check => check.begin(job.subject, job.asked));
		this.#openers = this.#runs.filter(run => run.open);
		this.#total = job.subject.pkg.tree.entries.filter(entry => entry.kind === 'file').length;
	}

	*files(): Generator<FileEntry> {
		for (const entry of this.#job.subject.pkg.tree.entries) {
			if (entry.kind === 'file') {
				yield entry;
			}
		}
	}

	open(entry: FileEntry): ContentSink {
		const survey = this.#job.surveyor.open(entry);
		const checks = this.#openers.flatMap(run => run.open?.(entry) ?? []);
		const size = sizeOf(entry.content);
		const takers = checks.length === 0 ? [] : checks.map(check => new Guarded(check, entry, this.#job.found));
		const digest = new Sha256(size);
		return {
			push: chunk => {
				survey?.push(chunk);
				for (const taker of takers) {
					taker.push(chunk);
				}

				digest.push(chunk);
			},
			close: () => {
				const sha256 = digest.close();
				survey?.close(sha256);
				for (const taker of takers) {
					taker.close(sha256);
				}

				this.#files++;
				this.#bytes += size;
				this.#tell();
			},
		};
	}

	finish(survey: Survey): Passed {
		this.#conclude(this.#runs, survey);
		return {survey, files: this.#files, bytes: this.#bytes};
	}

	async readAgain(survey: Survey): Promise<void> {
		const {found} = this.#job;
		const runs = this.#runs.flatMap(run => run.again?.(survey) ?? []);
		if (runs.length === 0) {
			return;
		}

		await readContents(this.files(), entry => {
			const checks = runs.flatMap(run => run.open?.(entry) ?? []);
			const takers = checks.map(check => new Guarded(check, entry, found));
			return {
				push: chunk => {
					for (const taker of takers) {
						taker.push(chunk);
					}
				},
				close: () => {
					for (const taker of takers) {
						taker.close(survey.digestOf(entry.path) ?? '');
					}
				},
			};
		});
		this.#conclude(runs, survey);
	}

	#conclude(runs: readonly CheckRun[], survey: Survey): void {
		const {found, subject} = this.#job;
		for (const entry of subject.pkg.tree.entries) {
			if (entry.kind === 'link') {
				for (const run of runs) {
					found(run.link?.(entry) ?? []);
				}
			}
		}

		for (const run of runs) {
			found(run.finish?.(survey) ?? []);
		}
	}

	#tell(): void {
		const now = Date.now();
		if (now - this.#told >= tellEvery || this.#files === this.#total) {
			this.#told = now;
			this.#job.listener({kind: 'progress', stage: 'verify', done: this.#files, total: this.#total, unit: 'files'});
		}
	}
}

/** A check of one file that may throw: hostile bytes get into every parser. */
class Guarded {
	readonly #check: FileCheck;
	readonly #entry: FileEntry;
	readonly #found: PassJob['found'];
	#failed = false;

	constructor(check: FileCheck, entry: FileEntry, found: PassJob['found']) {
		this.#check = check;
		this.#entry = entry;
		this.#found = found;
	}

	push(chunk: Uint8Array): void {
		this.#guard(() => this.#check.push(chunk));
	}

	close(sha256: string): void {
		this.#guard(() => this.#found(this.#check.close(sha256)));
	}

	#guard(act: () => void): void {
		if (this.#failed) {
			return;
		}

		try {
			act();
		} catch (error) {
			this.#failed = true;
			const reason = error instanceof Error ? error.message : String(error);
			this.#found([findingOf(damaged, {path: this.#entry.path, message: `cannot be understood: ${reason}`})]);
		}
	}
}

/** A file that comes in one chunk is hashed in one call: a Hash object for each of many files costs time and memory. */
class Sha256 {
	readonly #size: number;
	#hash: Hash | undefined;
	#whole: string | undefined;

	constructor(size: number) {
		this.#size = size;
	}

	push(chunk: Uint8Array): void {
		if (chunk.length === this.#size) {
			this.#whole = hash('sha256', chunk);
		} else {
			this.#hash ??= createHash('sha256');
			this.#hash.update(chunk);
		}
	}

	/** Hexadecimal. */
	close(): string {
		return this.#whole ?? (this.#hash ?? createHash('sha256')).digest('hex');
	}
}
