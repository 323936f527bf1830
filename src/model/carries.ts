/** What of a Package survives a round trip through a format: tests, and `verify`, hold a format to exactly this. */
export interface Carries {
	/** Permission bits: all twelve of them, whether a file may be executed, or none. */
	readonly modes: 'all' | 'executable' | 'none';
	readonly links: boolean;
	/** Whether a folder without files comes back. */
	readonly emptyFolders: boolean;
	readonly owners: boolean;
	/** Whether the package manager is told of dependencies. */
	readonly relations: boolean;
	/** Whether the package manager is told of every file's digest. */
	readonly digests: boolean;
	/** Whether the format has fields of its own for the metadata; the manifest carries it anyway. */
	readonly metadata: boolean;
	/** Whether files outside of the prefix have a place. */
	readonly outsidePrefix: boolean;
}
