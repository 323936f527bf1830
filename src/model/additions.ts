import type {Owner} from './owner.ts';
import type {InstallPath} from './paths.ts';
import type {Entry} from './tree.ts';

/** How a package manager treats an entry; one that has no mark is a plain one of root:root. */
export interface Mark {
	/** `conffile`: kept when an administrator changed it. `ghost`: named by the package, not brought by it. */
	readonly role: 'plain' | 'conffile' | 'doc' | 'license' | 'ghost';
	readonly owner: Owner;
}

export type Marks = ReadonlyMap<InstallPath, Mark>;

/** A unit for systemd, and what is to happen with it. */
export interface Unit {
	/** Such as `app.service`. */
	readonly name: string;
	readonly path: InstallPath;
	/** Whether it can be enabled at all; what only a timer or a socket starts cannot. */
	readonly installable: boolean;
	/** Whether it starts with the machine from its installation on. */
	readonly enable: boolean;
	/** Whether installing the package starts it. */
	readonly start: boolean;
	/** What an upgrade does with one that runs. */
	readonly onUpgrade: 'restart' | 'reload' | 'nothing';
}

/** A user of the system, with a group of the same name, that installing the package makes. */
export interface Account {
	readonly name: string;
	readonly description: string;
	readonly home: string;
}

/** Entries for packages of some formats. */
export interface FormatAdditions {
	/** Such as `deb`. */
	readonly formats: readonly string[];
	readonly entries: readonly Entry[];
	readonly marks: Marks;
	readonly ghosts: readonly Entry[];
}

/** What a package manager is to do with a package beyond laying out its files. */
export interface Treatment {
	/** Of entries that are no plain ones of root:root. */
	readonly marks: Marks;
	/** What is named, with a mark of that role, and not brought: they stand in no tree. Sorted. */
	readonly ghosts: readonly Entry[];
	/** What packages of some formats alone hold. */
	readonly only: readonly FormatAdditions[];
	readonly units: readonly Unit[];
	readonly accounts: readonly Account[];
	/** Folders that programs fill as they run, and that dpkg takes away when the package is purged. */
	readonly purged: readonly InstallPath[];
}

/** What a package holds beside its venv. */
export interface Additions extends Treatment {
	readonly entries: readonly Entry[];
}

export const plainTreatment: Treatment = {marks: new Map(), ghosts: [], only: [], units: [], accounts: [], purged: []};
export const noAdditions: Additions = {...plainTreatment, entries: []};
