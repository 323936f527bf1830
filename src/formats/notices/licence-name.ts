import type {Notice} from '../../model/notice.ts';

/** A name of the SPDX list, or one of its own making: https://spdx.dev/ids, DEP-5 section «License specification». */
const idstring = /^[A-Za-z0-9.+-]+$/;

/** What authors write for it; the first that fits counts. */
const spoken: ReadonlyArray<readonly [RegExp, string]> = [
	[/^(?:the )?mit(?: licen[cs]e)?(?: \(mit\))?$|^expat$/i, 'MIT'],
	[
		/^(?:the )?(?:new |modified |revised |3-clause )?bsd[ -]3(?:-clause)?\b|^(?:new|modified|revised|3-clause) bsd/i,
		'BSD-3-Clause',
	],
	[/^(?:simplified |2-clause )?bsd[ -]2(?:-clause)?\b|^(?:simplified|2-clause) bsd/i, 'BSD-2-Clause'],
	[/^(?:the )?bsd(?: licen[cs]e)?$/i, 'BSD'],
	[/^apache(?: software)?(?: licen[cs]e)?,?(?: |-)*(?:v|version )?2(?:\.0)?$/i, 'Apache-2.0'],
	[/^apache software licen[cs]e$/i, 'Apache-2.0'],
	[/^(?:mozilla public licen[cs]e|mpl)[ -]*(?:v|version )?2\.0(?: \(mpl 2\.0\))?$/i, 'MPL-2.0'],
	[/^(?:python software foundation(?: licen[cs]e)?|psf(?: licen[cs]e)?)$/i, 'PSF-2.0'],
	[/^isc(?: licen[cs]e)?(?: \(iscl\))?$/i, 'ISC'],
	[/^(?:zope public licen[cs]e|zpl 2\.1)$/i, 'ZPL-2.1'],
	[/^(?:the unlicen[cs]e)(?: \(unlicense\))?$/i, 'Unlicense'],
	[/^gnu affero general public licen[cs]e v3 or later|^agplv3\+/i, 'AGPL-3.0-or-later'],
	[/^gnu affero general public licen[cs]e v3/i, 'AGPL-3.0-only'],
	[/^gnu (?:lesser|library) .*v3 or later|^lgplv3\+|^lgpl with exceptions/i, 'LGPL-3.0-or-later'],
	[/^gnu (?:lesser|library) .*v3|^lgplv3/i, 'LGPL-3.0-only'],
	[/^gnu (?:lesser|library) .*v2 or later|^lgplv2\+/i, 'LGPL-2.1-or-later'],
	[/^gnu general public licen[cs]e v3 or later|^gplv3\+|^gpl-3\+/i, 'GPL-3.0-or-later'],
	[/^gnu general public licen[cs]e v3|^gpl ?v3/i, 'GPL-3.0-only'],
	[/^gnu general public licen[cs]e v2 or later|^gplv2\+/i, 'GPL-2.0-or-later'],
	[/^gnu general public licen[cs]e v2|^gpl ?v2/i, 'GPL-2.0-only'],
];

/**
 * The licence of a distribution as an SPDX expression, from the words of its METADATA. What says nothing known becomes a
 * name of its own, `LicenseRef-` before it, as SPDX has it (annex D). Empty for no words.
 */
export function licenceExpression(words: string): string {
	const text = words.trim();
	if (text === '' || (text.includes(' ') && isExpression(text))) {
		return text;
	}

	const parts = text.split(/ OR |; |\s*\/\s*| or (?=[Aa]pache|MIT|mit|BSD|bsd)/).map(part => part.trim());
	if (parts.length > 1) {
		return [...new Set(parts.map(licenceExpression))].filter(Boolean).join(' OR ');
	}

	return spoken.find(([pattern]) => pattern.test(text))?.[1] ?? (isExpression(text) ? text : named(text));
}

function named(text: string): string {
	const plain = text.replaceAll(/[^A-Za-z0-9.]+/g, '-').replaceAll(/^-+|-+$/g, '');
	return `LicenseRef-${plain.slice(0, 40).replace(/-+$/, '') || 'unnamed'}`;
}

/** Names joined by operators; a single name counts where it looks like one of the list. */
function isExpression(text: string): boolean {
	const words = text.replaceAll(/[()]/g, ' ').split(/\s+/).filter(Boolean);
	const isName = (word: string | undefined) =>
		idstring.test(word ?? '') && /[\d-]|^(?:MIT|ISC|Unlicense|Zlib|NCSA|X11|PSF|curl|HPND|WTFPL)/.test(word ?? '');
	return (
		words.length % 2 === 1 && words.every((word, at) => (at % 2 === 0 ? isName(word) : /^(?:AND|OR|WITH)$/.test(word)))
	);
}

/** The licence that a notice states. Of the BSD licences, which many call by one name, the one whose text lies beside it. */
export function licenceOf({license, texts}: Pick<Notice, 'license' | 'texts'>): string {
	const expression = licenceExpression(license);
	if (expression !== 'BSD' || texts.length === 0) {
		return expression;
	}

	return texts.some(({text}) => /\bneither the names?\b/i.test(text)) ? 'BSD-3-Clause' : 'BSD-2-Clause';
}

/** The same as the short name of a DEP-5 file: operators in lower case, `unspecified` for nothing. */
export function dep5Name(expression: string): string {
	return expression === ''
		? 'unspecified'
		: expression.replaceAll(/\b(?:AND|OR|WITH)\b/g, operator => operator.toLowerCase()).replaceAll('LicenseRef-', '');
}

/** One expression for a whole: every different one must be met. */
export function allOf(expressions: readonly string[]): string {
	const different = [...new Set(expressions.filter(Boolean))].sort();
	return different
		.map(expression => (different.length > 1 && / OR /.test(expression) ? `(${expression})` : expression))
		.join(' AND ');
}
