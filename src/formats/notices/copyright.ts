import {encodeParagraph, type Paragraph} from '../../codecs/deb822.ts';
import {normalizedName} from '../../codecs/requirement-name.ts';
import type {Notice} from '../../model/notice.ts';
import type {NewPackage} from '../../model/package.ts';
import {dep5Name, licenceOf} from './licence-name.ts';
import {LicenceTexts} from './licence-texts.ts';

const format = 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';

/**
 * Who owns what a package holds, and on which terms: the machine-readable copyright file of Debian (DEP-5). `shorten` takes
 * out of a licence what a system has anyway. Every distinct text stands in it once, where it comes first.
 */
export function copyrightFile(pkg: NewPackage, shorten: (text: string) => string): string {
	const {metadata, notices} = pkg;
	const texts = new LicenceTexts(shorten);
	const own = notices.find(({name}) => normalizedName(name) === metadata.name);
	const others = notices.filter(notice => notice !== own);
	const paragraphs: Paragraph[] = [
		new Map([
			['Format', format],
			['Upstream-Name', line(metadata.name)],
			['Source', line(metadata.homepage)],
			['Comment', 'Made of what every Python distribution in the package says of itself in its dist-info folder.'],
		]),
		wholePackage(pkg, own, texts),
		...others.filter(hasFiles).map(notice => paragraphOf(notice, texts)),
	];
	return paragraphs.map(paragraph => encodeParagraph(paragraph, ['Files', 'Copyright', 'License'])).join('\n');
}

function wholePackage({metadata, notices}: NewPackage, own: Notice | undefined, texts: LicenceTexts): Paragraph {
	const license = dep5Name(licenceOf({license: metadata.license || (own?.license ?? ''), texts: own?.texts ?? []}));
	const lines = texts.linesFor(own?.name ?? '', own?.texts ?? []);
	const isCollection = own === undefined && notices.length > 0;
	return new Map([
		['Files', '*'],
		['Copyright', folded(own?.holders ?? [isCollection ? 'the authors of the parts below' : metadata.maintainer])],
		[
			'License',
			lines.length > 0
				? [license, ...lines.map(verbatim)].join('\n')
				: isCollection
					? `${license === 'unspecified' ? 'various' : license}\nEvery part below has a licence of its own.`
					: `${license}\nThe package holds no licence text of its own.`,
		],
	]);
}

function hasFiles({folders, files}: Notice): boolean {
	return folders.length + files.length > 0;
}

function paragraphOf(notice: Notice, texts: LicenceTexts): Paragraph {
	const {name, version, folders, files, holders, homepage} = notice;
	const lines = texts.linesFor(name, notice.texts);
	const patterns = [...folders.map(folder => `${pattern(folder)}/*`), ...files.map(pattern)];
	return new Map([
		['Files', patterns.join('\n')],
		['Copyright', folded(holders)],
		[
			'License',
			[
				dep5Name(licenceOf(notice)),
				...(lines.length > 0 ? lines.map(verbatim) : [`${name} brings no text of its licence along.`]),
			].join('\n'),
		],
		['Comment', line(`${name} ${version}${homepage === '' ? '' : `, ${homepage}`}`)],
	]);
}

/** Relative to the root; `?` stands for a space, which parts two patterns, and a backslash before what has a meaning. */
function pattern(path: string): string {
	return path
		.slice(1)
		.replaceAll(/[*?\\]/g, '\\$&')
		.replaceAll(/\s/g, '?');
}

function folded(lines: readonly string[]): string {
	return lines.map(line).filter(Boolean).map(verbatim).join('\n') || 'unknown';
}

/** A line that begins with a full stop has a meaning in a control file (Policy 5.6.13). */
function verbatim(text: string): string {
	return text.startsWith('.') ? ` ${text}` : text;
}

function line(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get in.
	return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
}
