import type {Mark} from './additions.ts';
import type {InstallPath} from './paths.ts';

/** What a package holds, or names, because the configuration says so: a file, a link, a folder. */
export interface PlannedFile {
	readonly kind: 'file' | 'link' | 'directory';
	readonly path: InstallPath;
	/** Of a file that is brought: where it lies, relative to the folder of the configuration. */
	readonly source?: string;
	/** Of a link: its text. */
	readonly target?: string;
	/** Permission bits; links have none. */
	readonly mode: number;
	readonly role: Mark['role'];
	readonly user: string;
	readonly group: string;
	/** The formats that get it; absent: every one. */
	readonly formats?: readonly string[];
}
