/** A line of a unit file that says something. */
export interface UnitSetting {
	/** Such as `Service`. */
	readonly section: string;
	readonly key: string;
	readonly value: string;
}

/**
 * Reads a unit file of systemd, in order: systemd.syntax(7). A backslash at the end of a line joins it with the next by a
 * space; lines that begin with `#` or `;` are comments, also between joined ones.
 */
export function decodeUnit(text: string): UnitSetting[] {
	let section = '';
	return joined(text).flatMap(line => {
		const title = /^\[([^\]]*)\]$/.exec(line)?.[1];
		section = title ?? section;
		const at = line.indexOf('=');
		return title === undefined && at > 0
			? [{section, key: line.slice(0, at).trim(), value: line.slice(at + 1).trim()}]
			: [];
	});
}

function joined(text: string): string[] {
	const lines: string[] = [];
	let open = '';
	for (const raw of text.split(/\r\n|\r|\n/)) {
		const line = raw.trim();
		if (/^[#;]/.test(line)) {
			continue;
		}

		if (line.endsWith('\\')) {
			open += `${line.slice(0, -1)} `;
		} else {
			lines.push((open + line).trim());
			open = '';
		}
	}

	return [...lines, open.trim()];
}

/** The text of a unit file: each section once, in the order in which they come first. No value holds a line break. */
export function encodeUnit(settings: readonly UnitSetting[]): string {
	const sections = [...new Set(settings.map(({section}) => section))];
	return sections
		.map(section => {
			const lines = settings.filter(setting => setting.section === section).map(({key, value}) => `${key}=${value}\n`);
			return `[${section}]\n${lines.join('')}`;
		})
		.join('\n');
}
