/**
 * Reads the text of a pyvenv.cfg: its keys in lower case, in their order, and their values. As CPython's site.py does,
 * a line is split at its first `=` (the value of `command` may hold more), spaces around both parts are dropped,
 * lines without `=` mean nothing, and the last of equal keys counts.
 */
export function decodePyvenvCfg(text: string): Map<string, string> {
	const values = new Map<string, string>();
	for (const line of text.split(/\r\n|\r|\n/)) {
		const at = line.indexOf('=');
		if (at >= 0) {
			values.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
		}
	}

	return values;
}

/**
 * Writes a pyvenv.cfg, one `key = value` a line, in the order given.
 * Throws a RangeError for a key or a value that would not be read back as it is: with a line break, with spaces
 * at its ends, a key with `=` or in capitals.
 */
export function encodePyvenvCfg(values: ReadonlyMap<string, string>): string {
	return [...values].map(([key, value]) => line(key, value)).join('');
}

function line(key: string, value: string): string {
	const text = `${key} = ${value}\n`;
	if (/[\r\n]/.test(key + value) || key !== key.trim().toLowerCase() || value !== value.trim() || key.includes('=')) {
		throw new RangeError(`pyvenv.cfg cannot hold ${JSON.stringify(text)}`);
	}

	return text;
}
