/**
 * A name with a backslash is none for @electron/asar, which refuses to read an archive that has one. It is written as in an
 * address, `%5C`, and so is every name that could be taken for such a one.
 */
const marked = /\\|%5C|%25/;

/** A path as it stands in an archive of ours. */
export function encodeAsarPath(path: string): string {
	return marked.test(path) ? path.split('/').map(encode).join('/') : path;
}

/** The path that stands in an archive of ours so. */
export function decodeAsarPath(path: string): string {
	return path.includes('%') ? path.split('/').map(decode).join('/') : path;
}

function encode(name: string): string {
	return marked.test(name) ? name.replaceAll('%', '%25').replaceAll('\\', '%5C') : name;
}

function decode(name: string): string {
	return marked.test(name) ? name.replaceAll('%5C', '\\').replaceAll('%25', '%') : name;
}
