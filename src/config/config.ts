import type {Event} from '../model/events.ts';
import type {HostPath, InstallPath} from '../model/paths.ts';
import type {Input} from '../model/plan.ts';
import type {Signing} from '../model/signing.ts';
import type {FormatTraits} from './compression.ts';
import type {Key, Values} from './keys.ts';
import type {Place} from './place.ts';
import type {Project} from './project.ts';
import type {Section} from './sections.ts';
import type {TableValues} from './tables.ts';

/** Worth telling whoever listens. */
export type Notice = Extract<Event, {readonly kind: 'note' | 'warning'}>;

/** All that was asked for, by file and by flag, checked. What nobody said is absent: `resolveInput` and `resolve` decide it. */
export interface Config {
	readonly input: Input;
	/** Of an input that is a project. */
	readonly project: Project | undefined;
	/** The configuration file that was read. */
	readonly file: HostPath | undefined;
	readonly prefix: InstallPath;
	readonly values: Values;
	/** Where each of the values stands. */
	readonly places: Readonly<Partial<Record<Key, Place>>>;
	readonly sections: Readonly<Record<string, Section>>;
	/** The tables that belong to no format. */
	readonly tables: TableValues;
	/** Where a key of the configuration file stands, such as `files[0].path`; undefined where there is no file. */
	readonly placeOf: ((key: string) => Place) | undefined;
	/** The keys to sign with; undefined where signing is not asked for. */
	readonly signing: Signing | undefined;
	readonly formats: readonly FormatTraits[];
	readonly cwd: HostPath;
	/** What was normalised, for the listener. */
	readonly notices: readonly Notice[];
}
