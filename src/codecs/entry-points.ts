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
		// By hand: an expression that looks for both ends of the spaces takes quadratic time on a long line of them.
		const at = line.indexOf('=');
		return section === undefined && at > 0 && !/^[#;\s]/.test(line)
			? [{group, name: line.slice(0, at).trim(), value: line.slice(at + 1).trim()}]
			: [];
	});
}
