/** What the configuration says of shared libraries that the tree needs and does not hold. */
export interface LibraryWishes {
	/** By soname, then by format: what to depend on instead of what the tables of the distribution say. */
	readonly declare: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** Sonames, `*` and `?` as in globs, that nothing is to be declared for. */
	readonly ignore: readonly string[];
}

export const noLibraryWishes: LibraryWishes = {declare: {}, ignore: []};

/** Whether a name fits one of the patterns: `*` for any characters, `?` for one, all else literally. */
export function fitsName(name: string, patterns: readonly string[]): boolean {
	return patterns.some(pattern =>
		new RegExp(
			`^${pattern
				.replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
				.replaceAll('*', '.*')
				.replaceAll('?', '.')}$`,
			's',
		).test(name),
	);
}
