/** Columns of a comment. */
const width = 100;

/** A text as lines that begin with `#`, as configuration files have them. */
export function comment(text: string): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= width) {
			lines[lines.length - 1] = `${last} ${word}`;
		} else {
			lines.push(`# ${word}`);
		}
	}

	return lines.map(line => `${line}\n`);
}
