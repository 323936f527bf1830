import type {HostPath, InstallPath} from './paths.ts';

/**
 * One thing that lies elsewhere on the target than on the builder. A relocation makes all moves of a list;
 * the first whose `from` fits wins, so longer and more special ones stand first.
 */
export interface Move {
	/** What moves, for messages: «the stage», «the interpreter». */
	readonly what: 'stage' | 'interpreter' | 'build';
	/** As it stands in files of the stage; both the path as named and its realpath get a Move of their own. */
	readonly from: HostPath;
	/** The stage root moves to `/`, whose text is the empty string: a stage rewrite only ever shortens. */
	readonly to: InstallPath;
}

/** The interpreter, on both machines. */
export interface PythonMove {
	/** The builder's executable, links followed. */
	readonly builder: HostPath;
	/** The builder's sys.base_prefix. */
	readonly builderPrefix: HostPath;
	/** The target's executable, such as /usr/bin/python3.11. */
	readonly target: InstallPath;
	/** Such as `3.11`. */
	readonly minor: string;
	/** The builder's full version, such as `3.11.7`. */
	readonly version: string;
}
