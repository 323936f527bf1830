/** A row of a RECORD file: https://packaging.python.org/en/latest/specifications/recording-installed-packages/ */
export interface RecordRow {
	/** With `/`, relative to the folder that holds the dist-info, or absolute. */
	readonly path: string;
	/** Such as `sha256=…` in URL-safe base64 without padding; may be empty. */
	readonly hash: string;
	/** In bytes, decimal; may be empty. */
	readonly size: string;
}

/** A row, and its bytes as they stand in the file with the end of the line. */
export interface WrittenRow extends RecordRow {
	readonly raw: string;
}

/** Reads a RECORD: CSV with quotes where needed, rows in their order. Empty lines come back as rows of no path. */
export function decodeRecord(text: string): WrittenRow[] {
	const rows: WrittenRow[] = [];
	for (let at = 0; at < text.length; ) {
		const raw = text.slice(at, endOfRow(text, at));
		const [path = '', hash = '', size = ''] = fieldsOf(raw.replace(/[\r\n]+$/, ''));
		rows.push({path, hash, size, raw});
		at += raw.length;
	}

	return rows;
}

/** Writes one row with its newline, quoted as Python's csv module does. */
export function encodeRecordRow({path, hash, size}: RecordRow, end: string = '\n'): string {
	return `${[path, hash, size].map(quoted).join(',')}${end}`;
}

/**
 * Where the row that begins at `at` ends, its line break included: the first one outside of quotes. A quote that never
 * closes, or one in the middle of a word, is part of its line. By hand: a regular expression for this takes time that
 * doubles with each quote.
 */
function endOfRow(text: string, at: number): number {
	const stop = /["\r\n]/g;
	stop.lastIndex = at;
	let isQuoted = false;
	for (let match = stop.exec(text); match; match = stop.exec(text)) {
		if (match[0] === '"') {
			isQuoted = !isQuoted;
		} else if (!isQuoted) {
			return text.startsWith('\r\n', match.index) ? match.index + 2 : match.index + 1;
		}
	}

	const line = isQuoted ? text.indexOf('\n', at) : -1;
	return line < 0 ? text.length : line + 1;
}

function fieldsOf(text: string): string[] {
	const fields: string[] = [];
	for (let at = 0; at >= 0 && at <= text.length; ) {
		const close = text[at] === '"' ? closingQuote(text, at + 1) : -1;
		const comma = text.indexOf(',', Math.max(at, close));
		const end = comma < 0 ? text.length : comma;
		fields.push(
			close < 0 ? (/^[^"]*/.exec(text.slice(at, end))?.[0] ?? '') : text.slice(at + 1, close).replaceAll('""', '"'),
		);
		at = comma < 0 ? -1 : comma + 1;
	}

	return fields;
}

/** The quote that ends a field which begins at `at`; two of them stand for one, unless nothing else ends it. -1 for none. */
function closingQuote(text: string, at: number): number {
	let last = -1;
	let quote = text.indexOf('"', at);
	while (quote >= 0 && text[quote + 1] === '"') {
		last = quote;
		quote = text.indexOf('"', quote + 2);
	}

	return quote < 0 ? last : quote;
}

function quoted(text: string): string {
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
