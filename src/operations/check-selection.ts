import {fitsGlob} from '../check/glob.ts';
import {UsageError} from '../model/errors.ts';
import type {Finding} from '../model/findings.ts';
import {nearest} from '../model/nearest.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Question} from '../model/verification.ts';

/** What of all findings the user wants to see. */
export interface Selection {
	/** Whether anything that this question can say is wanted. */
	asks(question: Question): boolean;
	/** `ignored` is what the user knows of; `unwanted` was not asked for. */
	judge(finding: Finding, prefix: InstallPath): 'wanted' | 'unwanted' | 'ignored';
}

interface Wishes {
	/** Names of questions, and codes. Empty: all. */
	readonly only: readonly string[];
	/** `CODE`, or `CODE:GLOB` of install paths. */
	readonly ignore: readonly string[];
}

interface Ignored {
	readonly code: string;
	readonly glob: string | undefined;
}

/**
 * Reads `--only` and `--ignore`.
 * Throws a UsageError (CHECK_UNKNOWN) for a name that no question and no code has; it names the nearest.
 */
export function selectionOf({only, ignore}: Wishes, questions: readonly Question[]): Selection {
	const codes = questions.flatMap(({kinds}) => kinds.map(({code}) => code));
	const names = questions.map(({name}) => name);
	for (const word of only) {
		refuseUnknown(word, [...names, ...codes], '--only');
	}

	const ignored = ignore.map(ignoredOf);
	for (const {code} of ignored) {
		refuseUnknown(code, codes, '--ignore');
	}

	const wanted = new Set([
		...only,
		...questions.filter(({name}) => only.includes(name)).flatMap(({kinds}) => kinds.map(({code}) => code)),
	]);
	const isWanted = (code: string) => wanted.size === 0 || wanted.has(code);
	return {
		asks: ({kinds}) => kinds.some(({code}) => isWanted(code) && !ignored.some(one => one.code === code && !one.glob)),
		judge: ({code, path}, prefix) =>
			!isWanted(code) ? 'unwanted' : ignored.some(one => covers(one, code, path, prefix)) ? 'ignored' : 'wanted',
	};
}

function covers({code, glob}: Ignored, of: string, path: InstallPath, prefix: InstallPath): boolean {
	return code === of && (glob === undefined || fitsGlob(path, glob, prefix));
}

function ignoredOf(text: string): Ignored {
	const at = text.indexOf(':');
	return at < 0 ? {code: text, glob: undefined} : {code: text.slice(0, at), glob: text.slice(at + 1)};
}

function refuseUnknown(word: string, known: readonly string[], flag: string): void {
	if (!known.includes(word)) {
		const near = nearest(word, known);
		throw new UsageError(`${flag} ${JSON.stringify(word)}: no check and no code has that name`, {
			code: 'CHECK_UNKNOWN',
			hint: near === undefined ? 'venvpack verify --list names them all' : `did you mean ${near}?`,
		});
	}
}
