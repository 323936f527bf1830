/** One line of an entry_points.txt. */
export interface EntryPoint {
	/** Such as `console_scripts`. */
	readonly group: string;
	readonly name: string;
	/** Such as `package.module:function [extra]`. */
	readonly value: string;
}

/** Reads an entry_points.txt: an INI file whose names are case sensitive. Lines that are no entry point are left out. */
export function decodeEntryPoints(text: string): EntryPoint[] {
	let group = '';
	return text.split(/\r\n|\r|\n/).flatMap(line => {
		const section = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1];
		group = section?.trim() ?? group;
		const [, name, value = ''] = /^([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
		return section === undefined && name !== undefined ? [{group, name, value}] : [];
	});
}
