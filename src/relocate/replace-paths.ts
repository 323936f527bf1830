import {endsComponent} from '../codecs/path-component.ts';

/** One text for another, wherever a path component ends. */
export interface Replacement {
	readonly path: string;
	readonly to: string;
}

/** A text with all replacements made, the longest path first. */
export function replacePaths(text: string, replacements: readonly Replacement[]): string {
	return replacements
		.toSorted((one, other) => other.path.length - one.path.length)
		.reduce((moved, {path, to}) => replaced(moved, path, to), text);
}

function replaced(text: string, path: string, to: string): string {
	const [first = '', ...rest] = text.split(path);
	return rest.reduce(
		(before, after) => before + (endsComponent(Buffer.from(after.slice(0, 4)), 0) ? to : path) + after,
		first,
	);
}

/** Whether all that lies in a folder is of the interpreter. Below /usr is much else: Debian's flags name /usr/include/uuid. */
export function isOwnHome(path: string): boolean {
	return path.startsWith('/') && path !== '/' && path !== '/usr';
}
