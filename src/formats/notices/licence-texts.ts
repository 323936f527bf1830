import type {LicenceText} from '../../model/notice.ts';

/** A licence that lies in /usr/share/common-licenses of Debian (base-files), and how its text begins and ends. */
interface Common {
	readonly name: string;
	readonly begins: RegExp;
	readonly ends: RegExp;
}

const gnuEnd = (last: string) => new RegExp(`END OF TERMS AND CONDITIONS(?:[\\s\\S]*?${last})?`);
const common: readonly Common[] = [
	{
		name: 'Apache-2.0',
		begins: /^[ \t]*Apache License\s+Version 2\.0, January 2004/m,
		ends: /END OF TERMS AND CONDITIONS(?:\s+APPENDIX: How to apply)?(?:[\s\S]*?limitations under the License\.)?/,
	},
	{
		name: 'GPL-2',
		begins: /^[ \t]*GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/m,
		ends: gnuEnd('Public License instead of this License\\.'),
	},
	{
		name: 'GPL-3',
		begins: /^[ \t]*GNU GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007/m,
		ends: gnuEnd('why-not-lgpl\\.html>?\\.?'),
	},
	{
		name: 'LGPL-2.1',
		begins: /^[ \t]*GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1, February 1999/m,
		ends: gnuEnd("That's all there is to it!"),
	},
	{
		name: 'LGPL-3',
		begins: /^[ \t]*GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007/m,
		ends: /permanent authorization for you to choose that version for the\s+Library\./,
	},
	{
		name: 'MPL-2.0',
		begins: /^[ \t]*Mozilla Public License,? (?:Version|v\.) 2\.0\s*$/m,
		ends: /Incompatible\s+With\s+Secondary\s+Licenses",\s+as\s+defined\s+by\s+the\s+Mozilla\s+Public\s+License,\s+v\.\s+2\.0\./,
	},
];

/** Shorter than this (characters), a text only names the licence. */
const whole = 4000;

/** The text with every licence that Debian has in /usr/share/common-licenses replaced by its place there (Policy 12.5). */
export function withoutCommon(text: string): string {
	return common.reduce(withoutLicence, text);
}

/** A file may hold many licences, and the same one many times. */
function withoutLicence(text: string, {name, begins, ends}: Common): string {
	const pointer = `On Debian systems, the full text is in /usr/share/common-licenses/${name}.`;
	const kept: string[] = [];
	let rest = text;
	for (let start = begins.exec(rest); start; start = begins.exec(rest)) {
		const heading = start.index + start[0].length;
		const body = rest.slice(start.index);
		// Not beyond where the same licence begins again.
		const next = begins.exec(rest.slice(heading));
		const own = next ? body.slice(0, start[0].length + next.index) : body;
		const end = ends.exec(own);
		const length = end ? end.index + end[0].length : own.length;
		kept.push(rest.slice(0, start.index), length >= whole ? pointer : own.slice(0, length));
		rest = body.slice(length);
	}

	return [...kept, rest].join('');
}

/** The same texts in other clothes have the same key: neither white space nor the names of the holders count. */
export function textKey(text: string): string {
	return text
		.split('\n')
		.filter(line => !/^\W*(?:copyright|\(c\)|©)/i.test(line))
		.join(' ')
		.replaceAll(/[\s*"'“”‘’`#=-]+/gu, ' ')
		.toLowerCase()
		.trim();
}

/** Puts the texts of a distribution together; one that stood before is named, not repeated. `known`: key → where it stands. */
export class LicenceTexts {
	readonly #known = new Map<string, string>();
	readonly #shorten: (text: string) => string;

	/** `shorten` takes out of a text what a system has anyway. */
	constructor(shorten: (text: string) => string) {
		this.#shorten = shorten;
	}

	/** The lines for a distribution; none where it has no text. */
	linesFor(owner: string, texts: readonly LicenceText[]): readonly string[] {
		return texts.flatMap(({path, text}, at) => {
			const name = path.slice(path.lastIndexOf('/') + 1);
			const key = textKey(text);
			const place = this.#known.get(key);
			this.#known.set(key, place ?? `${name} of ${owner}`);
			const title = texts.length > 1 ? [...(at > 0 ? [''] : []), `${name}:`] : [];
			return place === undefined
				? [...title, ...linesOf(this.#shorten(text))]
				: [...title, `The text is that of ${place} above, but for the names of the holders.`];
		});
	}
}

/** Without empty lines around, and control characters, which no control file may hold. */
function linesOf(text: string): readonly string[] {
	const lines = text
		// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get in.
		.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, '')
		.toWellFormed()
		.split('\n')
		.map(line => line.trimEnd());
	const first = lines.findIndex(line => line !== '');
	return first < 0 ? [] : lines.slice(first, lines.findLastIndex(line => line !== '') + 1);
}
