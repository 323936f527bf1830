import {printable, type Terminal} from './terminal.ts';

/** A line in cells, each of them a text of any origin. */
export type Row = readonly string[];

interface TableOptions {
	readonly terminal: Terminal;
	/** Columns whose texts end below each other: numbers. */
	readonly right?: readonly number[];
	/** Before each line. */
	readonly indent?: string;
}

/**
 * Writes rows with their columns below each other. The last column is cut off where the terminal ends, others where they
 * would take more than half of it.
 */
export function writeTable(rows: readonly Row[], {terminal, right = [], indent = '  '}: TableOptions): void {
	const cells = rows.map(row => row.map(oneLine));
	const last = cells.reduce((most, row) => Math.max(most, row.length - 1), 0);
	const half = Math.max(16, Math.floor(terminal.columns / 2));
	const widths = Array.from({length: last}, (_, column) =>
		Math.min(
			half,
			cells.reduce((widest, row) => Math.max(widest, [...(row[column] ?? '')].length), 0),
		),
	);
	for (const row of cells) {
		let line = indent;
		for (const [column, text] of row.entries()) {
			const room = column < last ? (widths[column] ?? 0) : Math.max(16, terminal.columns - [...line].length);
			line += `${padded(clipped(text, room), room, {isRight: right.includes(column)})}${column < last ? '  ' : ''}`;
		}

		terminal.line(line.trimEnd());
	}
}

/** A text of unknown origin on one line: what would steer the terminal, break the line or turn its direction is written out. */
export function oneLine(text: string): string {
	return printable(text)
		.replaceAll(/[\n\t]+/g, ' ')
		.replaceAll(
			/[\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu,
			character => String.raw`\u${(character.codePointAt(0) ?? 0).toString(16)}`,
		);
}

/** At most `width` characters; the middle goes, because the ends of paths tell most. */
function clipped(text: string, width: number): string {
	const characters = [...text];
	if (characters.length <= width) {
		return text;
	}

	const front = Math.floor((width - 1) / 3);
	return `${characters.slice(0, front).join('')}…${characters.slice(front + 1 - width).join('')}`;
}

function padded(text: string, width: number, {isRight}: {readonly isRight: boolean}): string {
	const space = ' '.repeat(Math.max(0, width - [...text].length));
	return isRight ? space + text : text + space;
}
