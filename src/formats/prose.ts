import type {NewPackage} from '../model/package.ts';

/** Columns, of the synopsis and of a line below it: Debian Policy, section 3.4; rpmlint asks for the same. */
const width = 79;

/** What a package says of itself in prose, as lines of a width that every tool shows. */
export interface Prose {
	/** One line. A summary that is too long for it is cut. */
	readonly synopsis: string;
	/** Never empty. A summary that was cut stands whole at the head. */
	readonly lines: readonly string[];
}

/**
 * The synopsis and the extended description of a package. Indented lines stay as they are, as Policy 5.6.13 shows them;
 * longer ones are wrapped.
 */
export function proseOf(pkg: NewPackage): Prose {
	const {name, summary: said, description} = pkg.metadata;
	const summary = concise(oneLine(said), name) || 'Python application in an environment of its own';
	const synopsis = cut(summary.replace(/(?<![.])\.$/, ''));
	const whole = synopsis.endsWith('…') ? [summary, ''] : [];
	const lines = description.replaceAll(/\r\n?/g, '\n').replaceAll('\t', '        ').split('\n');
	const more = trimmed(withoutFirst(trimmed(lines), said));
	return {synopsis, lines: [...whole, ...(more.length > 0 ? more : [about(pkg)])].flatMap(wrapped)};
}

/** Without the name, which every tool shows beside it, and an article at its head: Debian's Developer's Reference, 6.2.2. */
function concise(summary: string, name: string): string {
	const pattern = `^${name.replaceAll(/[+.-]/g, '\\$&')}(?:: | [-–—] | is (?=(?:an?|the) ))(.+)$`;
	const [, rest = summary] = new RegExp(pattern, 'i').exec(summary) ?? [];
	const plain = rest.replace(/^(?:an?|the) (?=\S)/i, '');
	return plain === summary ? summary : `${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}`;
}

/** A description need not begin with the summary once more. */
function withoutFirst(lines: readonly string[], summary: string): readonly string[] {
	const plain = (text: string) => oneLine(text).replace(/\.$/, '');
	return plain(lines[0] ?? '') === plain(summary) ? lines.slice(1) : lines;
}

/** For a project that says no more of itself than its summary: Policy wants an extended description. */
function about({metadata, prefix, needs, manifest}: NewPackage): string {
	const {minor} = needs.interpreter;
	const runs = manifest.layout?.bundle
		? `and the Python ${minor} that runs them. They are its own: it uses no Python and no Python package of the system.`
		: `that it was built with. They are its own: it runs on Python ${minor} and uses no other Python package of the system.`;
	return `This package installs ${metadata.name} ${metadata.version} in ${prefix}, together with the Python packages ${runs}`;
}

function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, ' ').trim();
}

function cut(summary: string): string {
	if (summary.length <= width) {
		return summary;
	}

	const head = summary.slice(0, width - 1);
	const space = head.lastIndexOf(' ');
	return `${(space > 0 ? head.slice(0, space) : head).toWellFormed().trimEnd()}…`;
}

/** Without empty lines around it, and with at most one in a row. */
function trimmed(lines: readonly string[]): string[] {
	const isEmpty = (line: string | undefined) => (line ?? '').trim() === '';
	const kept = lines.filter((line, at) => !isEmpty(line) || !isEmpty(lines[at - 1]));
	return isEmpty(kept[0])
		? kept.slice(1, isEmpty(kept.at(-1)) ? -1 : undefined)
		: kept.slice(0, isEmpty(kept.at(-1)) ? -1 : undefined);
}

function wrapped(line: string): string[] {
	if (line.startsWith(' ')) {
		return [line];
	}

	// An item of a list keeps its lines: only what is indented is shown as it stands.
	const isItem = /^([-*+•]|\d+[.)]) /.test(line);
	const lines: string[] = [];
	let current = '';
	for (const word of line.trimEnd().split(/ +/)) {
		if (current !== '' && current.length + 1 + word.length > width - 4) {
			lines.push(current);
			current = isItem ? `   ${word}` : word;
		} else {
			current = current === '' ? word : `${current} ${word}`;
		}
	}

	return [...lines, current].map((text, at) => (isItem && at === 0 ? ` ${text}` : text));
}
