/**
 * Reads the text of /etc/os-release: shell assignments, quoted or not. A line that is none means nothing, the last of
 * equal names counts. Source: os-release(5).
 */
export function decodeOsRelease(text: string): Map<string, string> {
	const values = new Map<string, string>();
	for (const line of text.split('\n')) {
		const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
		if (match?.[1] !== undefined) {
			values.set(match[1], unquoted(match[2] ?? ''));
		}
	}

	return values;
}

function unquoted(text: string): string {
	const quoted = /^(["'])(.*)\1$/.exec(text);
	return quoted?.[1] === '"' ? (quoted[2] ?? '').replaceAll(/\\([$"`\\])/g, '$1') : (quoted?.[2] ?? text);
}
