import type {Layout} from '../model/layout.ts';
import type {Distribution} from '../model/metadata.ts';
import type {Move, PythonMove} from '../model/moves.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Carried} from '../model/staged.ts';
import type {Entry, FileEntry, Tree} from '../model/tree.ts';

/** One way to make an entry of the staged tree correct at the prefix. Adding one: a file in rules/, a line in rules.ts. */
export interface Rule {
	/** As the manifest and messages name it. */
	readonly name: string;
	/** Why the file would be wrong without it. */
	readonly because: string;
	/** Cheap: from the entry alone, not from its bytes. */
	applies(entry: Entry, place: Place): boolean;
	/**
	 * The very same entry when nothing had to change, so that identity says what was rewritten; undefined: not for the
	 * package. Throws a RelocationError for what cannot be made correct.
	 */
	rewrite(entry: Entry, place: Place): Entry | undefined;
}

/** What rules know besides the entry. */
export interface Place {
	readonly prefix: InstallPath;
	/** Such as `/opt/app/bin`. */
	readonly bin: InstallPath;
	/** The venv's interpreter, where it will lie. */
	readonly interpreter: InstallPath;
	readonly python: PythonMove;
	readonly layout: Layout;
	/** In the order in which they are tried; none moves a folder to itself. */
	readonly moves: readonly Move[];
	readonly distributions: readonly Distribution[];
	readonly tree: Tree;
	/** Files that came byte for byte out of a downloaded wheel, which cannot know this builder → sha256, hexadecimal. */
	readonly downloaded: ReadonlyMap<InstallPath, string>;
	/** What came along of the builder's interpreter and of its system's libraries. */
	readonly carried: ReadonlyMap<InstallPath, Carried>;
	/** The whole content; read once for all rules that look at one entry after the other. */
	bytes(entry: FileEntry): Uint8Array;
}

/** The same file with other bytes; the very same entry when they are the same. */
export function withBytes(entry: FileEntry, place: Place, bytes: Uint8Array): FileEntry {
	return Buffer.compare(place.bytes(entry), bytes) === 0 ? entry : {...entry, content: {kind: 'bytes', bytes}};
}
