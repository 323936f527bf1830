import type {Listener} from '../model/events.ts';
import type {HostPath} from '../model/paths.ts';
import {hostPath} from '../model/paths.ts';

/** What surrounds an operation. */
export interface Context {
	readonly listener: Listener;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Of venvpack itself; artifacts name it. */
	readonly version: string;
}

/** What relative paths are relative to. */
export function currentFolder(): HostPath {
	return hostPath(process.cwd());
}
