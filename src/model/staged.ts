import type {BundleSizes} from './bundle-sizes.ts';
import type {Layout} from './layout.ts';
import type {Distribution} from './metadata.ts';
import type {Move, PythonMove} from './moves.ts';
import type {HostPath, InstallPath} from './paths.ts';
import type {RecipeSource} from './recipe.ts';
import type {Content, Tree} from './tree.ts';

/** A wheel in hand, its hostile possibilities excluded, its METADATA read. */
export interface Wheel {
	readonly file: HostPath;
	readonly fileName: string;
	readonly distribution: Distribution;
	/** Newest member of the archive, seconds since 1970, its fields read as UTC. */
	readonly newest: number;
	/** Path in the wheel → sha256 in hexadecimal of the member, as its RECORD states and its bytes confirm. */
	readonly hashes: ReadonlyMap<string, string>;
	/** Sizes of all members together, in bytes. */
	readonly unpacked: number;
	/** Whether the wheel's tags name a platform. */
	readonly platformSpecific: boolean;
}

/** Every wheel that the venv will hold. */
export interface Wheelhouse {
	readonly wheels: readonly Wheel[];
	/** The wheel of the project itself, where the input is one or names exactly one. */
	readonly main: Wheel | undefined;
	/** Folders in which wheels were built here: paths of these are the builder's. */
	readonly buildRoots: readonly HostPath[];
	/** Those that are no wheel of an index, and from what they came. */
	readonly sources: readonly RecipeSource[];
	/** The uv that resolved them; undefined where pip did. */
	readonly uv: HostPath | undefined;
}

/** Of the builder's interpreter, or a library of the builder's system. */
export type Carried = 'interpreter' | 'library';

/** A venv in the stage, scanned. */
export interface Staged {
	readonly tree: Tree;
	readonly prefix: InstallPath;
	readonly moves: readonly Move[];
	readonly python: PythonMove;
	readonly layout: Layout;
	readonly distributions: readonly Distribution[];
	/** Files that came byte for byte out of a downloaded wheel → sha256, hexadecimal. They cannot know this builder. */
	readonly downloaded: ReadonlyMap<InstallPath, string>;
	/** What came along of the builder: files and links of its interpreter, and shared libraries that this needs. */
	readonly carried: ReadonlyMap<InstallPath, Carried>;
	/** Of the interpreter that comes along; absent where none does. */
	readonly bundleSizes?: BundleSizes | undefined;
}

/** The same tree, correct at the prefix. */
export interface Relocated {
	readonly tree: Tree;
	/** Entry that was rewritten → names of the rules that did. Removed entries are not in it. */
	readonly rewritten: ReadonlyMap<InstallPath, readonly string[]>;
}

/** Reads a whole content; what pure code is given instead of a file system. */
export type ReadContent = (content: Content) => Uint8Array;
