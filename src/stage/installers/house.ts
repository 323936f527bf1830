import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Wheel} from '../../model/staged.ts';
import type {Environment} from '../interpreters/probe.ts';
import {pins, toolEnvironment} from './installer.ts';

/** What an installer is pointed at: a folder that holds the wheels and no other, and a file that names each. */
export interface House {
	readonly folder: HostPath;
	readonly requirements: HostPath;
	/** For the tool's temporary files. */
	readonly temporary: HostPath;
	/** For the tool's cache, which nobody else fills or uses. */
	readonly cache: HostPath;
}

/** Gathers the wheels, wherever they lie, by links in a fresh folder below `work`. */
export function gather(wheels: readonly Wheel[], work: HostPath): House {
	const house: House = {
		folder: hostPath(join(work, 'wheels')),
		requirements: hostPath(join(work, 'requirements.txt')),
		temporary: hostPath(join(work, 'tmp')),
		cache: hostPath(join(work, 'cache')),
	};
	for (const folder of [house.folder, house.temporary, house.cache]) {
		mkdirSync(folder, {recursive: true});
	}

	writeFileSync(house.requirements, pins(wheels));
	for (const wheel of wheels) {
		symlinkSync(wheel.file, join(house.folder, wheel.fileName));
	}

	return house;
}

/** That of the tool: its home is empty too, for what it calls may write there (pip asks rustc for its version, say). */
export function environmentIn(house: House, environment: Environment): Record<string, string> {
	return {...toolEnvironment(environment, house.temporary), HOME: house.temporary};
}
