import type {Unit} from './additions.ts';

/** A script of the package with a name on PATH. */
export interface Exposed {
	/** As it lies in the bin of the prefix. */
	readonly script: string;
	/** As it is called in /usr/bin. */
	readonly as: string;
}

/** A unit for systemd, written out. */
export interface PlannedUnit extends Omit<Unit, 'path' | 'installable'> {
	readonly text: string;
}
