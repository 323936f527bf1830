import {packagedText} from '../host/data-file.ts';

/** What stands for each mark. */
export type Marked = Readonly<Record<string, string>>;

/**
 * A template of shell, such as `deb/enable.sh`, with its marks filled. A mark `@UNITS@` within a line is replaced; a line that
 * is nothing but a mark `@enable@` gives way to lines, indented as it was, and to none where they are empty.
 * Throws a RangeError for a mark that nothing is known of.
 */
export function filledTemplate(path: string, marks: Marked): string {
	const value = (name: string) => {
		const text = marks[name];
		if (text === undefined) {
			throw new RangeError(`templates/${path} has a mark @${name}@ that nothing stands for`);
		}

		return text;
	};
	return packagedText(`templates/${path}`)
		.split('\n')
		.flatMap(line => {
			const [, indent = '', name] = /^(\s*)@([a-z]+)@$/.exec(line) ?? [];
			return name === undefined
				? [line.replaceAll(/@([A-Z]+)@/g, (_, mark: string) => value(mark))]
				: indented(value(name), indent);
		})
		.join('\n');
}

function indented(text: string, indent: string): string[] {
	const lines = text.replace(/\n$/, '').split('\n');
	return text === '' ? [] : lines.map(line => (line === '' ? '' : `${indent}${line}`));
}

/** Words for a shell, each as it is. */
export function shellQuoted(words: readonly string[]): string {
	return words.map(word => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

export interface Joining {
	/** Lines that venvpack made; empty for none. */
	readonly generated: string;
	/** The user's whole script; empty for none. */
	readonly own: string;
	/** Whether the user's comes first: what takes away goes the other way round. */
	readonly ownFirst: boolean;
}

/** Where the user's own script wants the generated lines, as with debhelper. */
const mark = /^[ \t]*#DEBHELPER#[ \t]*$/m;
const interpreterLine = /^#!([^\n]*)\n/;

/**
 * One script of what is generated and what the user brings; empty for neither. Where the user's says `#DEBHELPER#`, the
 * generated lines stand there, else before it, or behind; in a subshell then, so that an `exit` of it ends only itself.
 */
export function joinedScript({generated, own, ownFirst}: Joining): string {
	if (own === '') {
		return generated === '' ? '' : `#!/bin/sh\nset -e\n${generated}`;
	}

	if (mark.test(own)) {
		return own.replace(mark, () => generated.trimEnd());
	}

	if (generated === '') {
		return own;
	}

	const interpreter = interpreterLine.exec(own)?.[1]?.trim() || '/bin/sh';
	const body = own.replace(interpreterLine, '');
	const inner = `(\n${body.endsWith('\n') ? body : `${body}\n`})\n`;
	const parts = ownFirst ? [inner, generated] : [generated, inner];
	return `#!${interpreter}\nset -e\n${parts.join('\n')}`;
}
