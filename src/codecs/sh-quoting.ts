/** Words of a sh command that holds nothing but words and quotes. */
export function quotedWords(command: string): string[] {
	const words = command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [];
	return words.map(word =>
		word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) =>
			double === undefined ? (single ?? escaped ?? '') : double.replace(/\\([\\"$`])/g, '$1'),
		),
	);
}

/**
 * One word to sh, and no end of a string of three single quotes to Python: never three of them in a row, no backslash
 * that Python would warn of.
 */
export function quotedForBoth(word: string): string {
	return (word.match(/[^'\\]+|'|\\/g) ?? ["''"])
		.map(part => (part === "'" ? `"'"` : part === '\\' ? String.raw`"\\"` : `'${part}'`))
		.join('');
}
