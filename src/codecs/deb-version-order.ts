/**
 * Orders two versions of Debian packages as dpkg does: negative where `one` is the older. Source: Debian Policy 5.6.12 and
 * dpkg's lib/dpkg/version.c. A missing epoch is 0, a missing revision sorts as `0`.
 */
export function compareDebVersions(one: string, other: string): number {
	const [a, b] = [partsOf(one), partsOf(other)];
	return a.epoch - b.epoch || compareParts(a.upstream, b.upstream) || compareParts(a.revision, b.revision);
}

function partsOf(version: string): {epoch: number; upstream: string; revision: string} {
	const [, epoch = '0', rest = version] = /^(\d+):(.*)$/s.exec(version) ?? [];
	const dash = rest.lastIndexOf('-');
	return {
		epoch: Number(epoch),
		upstream: dash < 0 ? rest : rest.slice(0, dash),
		revision: dash < 0 ? '' : rest.slice(dash + 1),
	};
}

/** By turns what is no digit, character by character, and numbers. */
function compareParts(one: string, other: string): number {
	for (let a = one, b = other; a !== '' || b !== ''; ) {
		const [wordA, numberA] = head(a);
		const [wordB, numberB] = head(b);
		const order = compareWords(wordA, wordB) || compareNumbers(numberA, numberB);
		if (order !== 0) {
			return order;
		}

		a = a.slice(wordA.length + numberA.length);
		b = b.slice(wordB.length + numberB.length);
	}

	return 0;
}

function head(text: string): [word: string, number: string] {
	const [, word = '', number = ''] = /^(\D*)(\d*)/.exec(text) ?? [];
	return [word, number];
}

function compareWords(one: string, other: string): number {
	for (let at = 0; at < Math.max(one.length, other.length); at++) {
		const order = rank(one[at]) - rank(other[at]);
		if (order !== 0) {
			return order;
		}
	}

	return 0;
}

/** A tilde comes before the end, the end before letters, letters before the rest. */
function rank(character: string | undefined): number {
	if (character === undefined) {
		return 0;
	}

	return character === '~' ? -1 : /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

/** Of any length: without leading zeros the longer one is the greater. */
function compareNumbers(one: string, other: string): number {
	const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
	return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
