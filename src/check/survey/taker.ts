import type {InstallPath} from '../../model/paths.ts';
import type {FileEntry} from '../../model/tree.ts';

/** Who reads one file. */
export interface Taker {
	/** The next bytes; they may change after the call. */
	push(chunk: Uint8Array): void;
	close(): void;
}

/** Who looks at a tree for one kind of thing, and asks for the bytes of the files that tell. */
export interface Collector {
	/** Whether the bytes of this file may say something to it, by its path, mode and size alone. */
	wants(entry: FileEntry): boolean;
	/** Begins a file; undefined where it is not wanted. */
	open(entry: FileEntry): Taker | undefined;
}

/** Why a file says nothing, by its path. */
export type Damaged = Map<InstallPath, string>;

/** Keeps the beginning of a file, up to `limit` bytes, and hands it over at the end with whether that was all. */
export function beginning(limit: number, use: (bytes: Buffer, isAll: boolean) => void): Taker {
	const parts: Buffer[] = [];
	let kept = 0;
	let seen = 0;
	return {
		push: chunk => {
			seen += chunk.length;
			if (kept < limit && chunk.length > 0) {
				const part = Buffer.from(chunk.subarray(0, limit - kept));
				parts.push(part);
				kept += part.length;
			}
		},
		close: () => use(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts), seen <= limit),
	};
}
