/** Who takes the bytes of one file. */
export interface ContentSink {
	/** The next bytes; they may change after the call. */
	push(chunk: Uint8Array): void;
	close(): void;
}
