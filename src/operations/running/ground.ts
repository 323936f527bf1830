import {availableParallelism} from 'node:os';
import type {Sandbox} from '../../host/sandbox.ts';
import type {Finding} from '../../model/findings.ts';
import type {Layout} from '../../model/layout.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {Survey, SurveyedVenv} from '../../model/survey.ts';

/** Seconds that a program may take, where the user names none. */
export const usualSeconds = 60;

/** Programs at a time: each of them may want a core. */
export function jobsHere(): number {
	return Math.min(4, availableParallelism());
}

/** Where programs are started, and what is known of them. */
export interface Ground {
	readonly sandbox: Sandbox;
	readonly survey: Survey;
	readonly venv: SurveyedVenv;
	readonly base: Base;
	/** As the artifact says. */
	readonly layout: Layout;
	/** A fresh venv over the same modules, for what fails: whether it fails there too. */
	readonly control: InstallPath;
	/** What a program may take. */
	readonly seconds: number;
	/** Programs at a time. */
	readonly jobs: number;
	readonly promises: LibraryPromises;
}

/** Why a shared library that is missing here will be there where the package is installed; undefined where nothing says so. */
export type LibraryPromises = (library: string) => string | undefined;

/** What one question found, and what it could not prove. */
export interface Judgement {
	readonly findings: readonly Finding[];
	readonly unproven: readonly string[];
}

/** The interpreter behind bin/python. */
export interface Base {
	readonly path: InstallPath;
	/** In the tree, as opposed to the machine's own. */
	readonly isBundled: boolean;
}

/** Does `work` for all of `items`, so many at a time, and returns the results in their order. */
export async function atATime<T, R>(
	jobs: number,
	items: readonly T[],
	work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
	const results: R[] = [];
	let next = 0;
	const worker = async () => {
		for (let at = next++; at < items.length; at = next++) {
			const item = items[at] as T;
			results[at] = await work(item);
		}
	};
	await Promise.all(Array.from({length: Math.min(jobs, items.length)}, worker));
	return results;
}
