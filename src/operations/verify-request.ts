import type {ArtifactRequest} from './open.ts';

/** What is asked of an artifact. */
export interface VerifyRequest extends ArtifactRequest {
	/** Names of checks, and codes; all where there is none. */
	readonly only?: readonly string[] | undefined;
	/** `CODE`, or `CODE:GLOB` of install paths. */
	readonly ignore?: readonly string[] | undefined;
	/** The distribution that it is for, such as `debian-12`. */
	readonly target?: string | undefined;
	/** Texts that nothing in it should hold, such as the name of a builder. */
	readonly needles?: readonly string[] | undefined;
	/** Start every program, the builder hidden. */
	readonly run?: boolean | undefined;
	/** A folder or a suite in which to install it. */
	readonly rootfs?: string | undefined;
	/** Further commands to start, in the words of a shell. */
	readonly commands?: readonly string[] | undefined;
	/** What each program that is started may take. */
	readonly seconds?: number | undefined;
}
