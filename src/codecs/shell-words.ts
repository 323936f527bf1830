/**
 * Cuts a command into words as a shell would, without one: white space parts them, quotes and backslashes hold them
 * together. Nothing is expanded. Source: POSIX Shell Command Language, 2.2 Quoting.
 * Throws a SyntaxError for an open quote, and for what only a shell could do: pipes, lists, redirections, `$`, `` ` ``.
 */
export function shellWords(command: string): readonly string[] {
	const words: string[] = [];
	let word: string | undefined;
	const pieces = command.matchAll(/(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(.)/gs);
	for (const [piece, space, single, double, escaped, plain] of pieces) {
		if (space !== undefined) {
			words.push(...(word === undefined ? [] : [word]));
			word = undefined;
			continue;
		}

		const text =
			single ?? (double === undefined ? undefined : inDoubleQuotes(double)) ?? escaped ?? bare(plain ?? piece);
		word = `${word ?? ''}${text}`;
	}

	return word === undefined ? words : [...words, word];
}

function inDoubleQuotes(text: string): string {
	refuse(/(?<!\\)(?:\\\\)*[$`]/, text);
	return text.replaceAll(/\\([$`"\\])/g, '$1').replaceAll('\\\n', '');
}

function bare(text: string): string {
	if (/^['"\\]/.test(text)) {
		throw new SyntaxError(`${text} stands open at the end`);
	}

	refuse(/[|&;<>()$`*?]/, text);
	return text;
}

function refuse(meaning: RegExp, text: string): void {
	const found = meaning.exec(text)?.[0].at(-1);
	if (found !== undefined) {
		throw new SyntaxError(`${found} means something to a shell, and there is none`);
	}
}
