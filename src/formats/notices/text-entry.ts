import {installPath} from '../../model/paths.ts';
import type {Entry} from '../../model/tree.ts';

/** A file of a package with its bytes. */
export function textEntry(path: string, content: string | Uint8Array): Entry {
	return {kind: 'file', path: installPath(path), mode: 0o644, content: {kind: 'bytes', bytes: Buffer.from(content)}};
}
