import type {InstallPath} from './paths.ts';

/** Something untrue about an artifact. Not an error: a check returns all of them. */
export interface Finding {
	/** Stable, in capitals; docs/errors.md explains each. */
	readonly code: string;
	readonly severity: 'error' | 'warning' | 'note';
	readonly path: InstallPath;
	/** In bytes from the start of the file, where one is known. */
	readonly offset: number | undefined;
	/** What was found. */
	readonly message: string;
	/** What to do about it. */
	readonly remedy: string;
}
