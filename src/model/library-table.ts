/** Which packages of a distribution bring which shared libraries. */
export interface LibraryTable {
	/** Such as `debian-12`. */
	readonly target: string;
	/**
	 * What a package has to depend on for `soname`, such as `libc6 (>= 2.34)`; undefined where the distribution has no such
	 * library. `asked`: the versions of symbols, and the symbols where they are known.
	 */
	relationsOf(soname: string, asked: readonly SymbolVersion[]): readonly string[] | undefined;
}

export interface SymbolVersion {
	/** Such as `GLIBC_2.34`; `Base` for symbols without one. */
	readonly version: string;
	/** Empty where only the version is known. */
	readonly symbol: string;
}
