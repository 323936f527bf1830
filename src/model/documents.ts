/** A file for people to read. */
export interface TextDocument {
	/** Its file name, such as `README.md`. */
	readonly name: string;
	readonly bytes: Uint8Array;
}

/** What a package brings to read beside its licences. */
export interface Documents {
	/** What changed, in the words of the application's authors; undefined where there is none. */
	readonly changelog: TextDocument | undefined;
	/** In their order, no name twice. */
	readonly docs: readonly TextDocument[];
}

export const noDocuments: Documents = {changelog: undefined, docs: []};
