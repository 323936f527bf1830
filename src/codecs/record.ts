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

const line = /(?:"(?:[^"]|"")*"|[^"\r\n])*(?:\r\n|\r|\n|$)/y;
const field = /"((?:[^"]|"")*)"|([^",]*)/y;

/** Reads a RECORD: CSV with quotes where needed, rows in their order. Empty lines come back as rows of no path. */
export function decodeRecord(text: string): WrittenRow[] {
	const rows: WrittenRow[] = [];
	for (let at = 0; at < text.length; ) {
		line.lastIndex = at;
		// A quote that never closes, or one in the middle of a word, is part of its line.
		const raw = line.exec(text)?.[0] || (/^[^\n]*\n?/.exec(text.slice(at))?.[0] ?? '');
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

function fieldsOf(text: string): string[] {
	const fields: string[] = [];
	for (let at = 0; at <= text.length; at++) {
		field.lastIndex = at;
		const match = field.exec(text);
		fields.push(match?.[1]?.replaceAll('""', '"') ?? match?.[2] ?? '');
		at = text.indexOf(',', at + (match?.[0].length ?? 0));
		if (at < 0) {
			break;
		}
	}

	return fields;
}

function quoted(text: string): string {
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
