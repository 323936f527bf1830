import type {Key} from './keys.ts';
import {
	checkArch,
	checkLine,
	checkMaintainer,
	checkName,
	checkParagraphs,
	checkPython,
	checkRelease,
	checkSha256,
	checkTargetPython,
	checkVersion,
} from './names.ts';
import type {Place} from './place.ts';

/** The checks of a single text, by key; each returns the value as it is to be used. */
export const textChecks: ReadonlyArray<readonly [key: Key, check: (text: string, place: Place) => string]> = [
	['python', checkPython],
	['target-python', checkTargetPython],
	['python-archive-sha256', checkSha256],
	['name', checkName],
	['version', checkVersion],
	['release', checkRelease],
	['arch', checkArch],
	['summary', checkLine],
	['license', checkLine],
	['vendor', checkLine],
	['homepage', checkLine],
	['maintainer', checkMaintainer],
	['description', checkParagraphs],
];

/** A text as it is to be used, by the rules of a key. Throws the ConfigErrors of that key. */
export function checkText(key: Key, text: string, place: Place): string {
	const [, check] = textChecks.find(([known]) => known === key) ?? [];
	return check ? check(text, place) : text;
}
