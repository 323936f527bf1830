/** What signs an artifact: an OpenPGP key that is at hand. */
export interface Signer {
	/** RFC 4880 9.1: 1 is RSA, 22 EdDSA. */
	readonly algorithm: number;
	/** A detached signature over all chunks, which says that it was made at `epoch`, in seconds since 1970 UTC. */
	sign(data: Iterable<Uint8Array>, options: {readonly epoch: number; readonly armor: boolean}): Promise<Uint8Array>;
}
