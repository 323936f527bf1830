import type {NewPackage} from '../../model/package.ts';

/** More items than this (and longer ones, in characters) are for the whole changelog, which comes along. */
const most = 40;
const longest = 600;

/**
 * What changed in the version that is packaged, one text an item: the list below the heading of that version in the
 * application's changelog, Markdown or reStructuredText; where there is none, a line that says which version it is.
 */
export function releaseNotes({metadata, documents}: NewPackage): readonly string[] {
	const text = documents.changelog ? new TextDecoder().decode(documents.changelog.bytes) : '';
	const items = itemsOf(sectionOf(text.split(/\r\n?|\n/), metadata.version));
	return items.length > 0
		? items.slice(0, most).map(item => (item.length > longest ? `${item.slice(0, longest).toWellFormed()}…` : item))
		: [`${metadata.name} ${metadata.version}, release ${metadata.release} of its package.`];
}

/** The lines below the heading that names the version, up to the next one that names another. */
function sectionOf(lines: readonly string[], version: string): readonly string[] {
	const start = lines.findIndex((_, at) => headingVersion(lines, at) === version);
	if (start < 0) {
		return [];
	}

	const length = lines.slice(start + 1).findIndex((_, at) => headingVersion(lines, start + 1 + at) !== undefined);
	return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
}

/** The version that a line is the heading of, such as `## [1.2.0] - 2026-01-31`, or `1.2.0` with a line of `=` below. */
function headingVersion(lines: readonly string[], at: number): string | undefined {
	const line = lines[at] ?? '';
	const isHeading = /^#{1,3}\s/.test(line) || /^([=~^"'*-])\1{2,}\s*$/.test(lines[at + 1] ?? '');
	return isHeading ? /(?:^|[\s[(v])v?(\d+(?:\.\d+)+[a-z0-9.+!-]*|\d+(?=[\s\])]|$))/i.exec(line)?.[1] : undefined;
}

/** The items of its lists, continued lines joined; markup of links, code and emphasis taken off. */
function itemsOf(lines: readonly string[]): readonly string[] {
	const items: string[] = [];
	let isOpen = false;
	for (const line of lines) {
		const item = /^ {0,3}[-*+•] +(?<text>\S.*)$/.exec(line)?.groups?.text;
		if (item !== undefined) {
			items.push(item);
			isOpen = true;
		} else if (isOpen && /^\s+\S/.test(line)) {
			items.push(`${items.pop() ?? ''} ${line.trim().replace(/^[-*+•] +/, '')}`);
		} else {
			isOpen = false;
		}
	}

	return items.map(plain).filter(Boolean);
}

function plain(text: string): string {
	return (
		text
			.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.replaceAll(/\*\*|__|``?/g, '')
			// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get in.
			.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ')
			.toWellFormed()
			.trim()
	);
}
