import type {Finding} from '../model/findings.ts';
import type {FileEntry, LinkEntry} from '../model/tree.ts';

/** A question that is asked of a whole tree while it is read once. Adding one: a file beside this one. */
export interface Check {
	/** As messages name it. */
	readonly name: string;
	/** What a finding of it answers. */
	readonly question: string;
	/** Begins a file, whose bytes follow. */
	open(entry: FileEntry): FileCheck;
	/** A link is complete with this. */
	link(entry: LinkEntry): readonly Finding[];
}

/** One file under a check. */
export interface FileCheck {
	/** The next bytes; they may change after the call. */
	push(chunk: Uint8Array): void;
	/** The file is complete; `sha256` of it, hexadecimal. */
	close(sha256: string): readonly Finding[];
}
