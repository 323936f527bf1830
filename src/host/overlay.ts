import {copyFileSync, existsSync, lstatSync, realpathSync} from 'node:fs';
import {type HostPath, hostPath} from '../model/paths.ts';
import {bareDevices} from './devices.ts';
import type {Mount, Overlay, View} from './mounts.ts';
import {makeOpenFolder} from './open-folder.ts';
import {placeIn} from './rootfs.ts';

/** A root that stays clean: what happens in it lands in a folder of ours, which outlives each program. */
export class OverlaidRoot {
	readonly overlay: Overlay;
	readonly #mounts: readonly Mount[];

	/** `folder` is empty, and lies on a file system that overlayfs(5) can write to. */
	constructor(lower: HostPath, folder: HostPath) {
		const part = (name: string): HostPath => {
			makeOpenFolder(`${folder}/${name}`);
			return hostPath(`${folder}/${name}`);
		};
		this.overlay = {lower, upper: part('upper'), work: part('work'), merged: part('merged'), base: part('base')};
		this.#mounts = [...bareDevices(folder), {kind: 'tmpfs', target: '/tmp', mode: '1777'}];
		for (const name of ['resolv.conf', 'hosts']) {
			if (existsSync(`/etc/${name}`)) {
				this.put(hostPath(realpathSync(`/etc/${name}`)), `/etc/${name}`);
			}
		}
	}

	/** What programs see, with more mounted in it. */
	view(more: readonly Mount[] = []): View {
		return {root: this.overlay, mounts: [...this.#mounts, ...more]};
	}

	/** Copies a file into the root. */
	put(file: HostPath, path: string): void {
		const place = `${this.overlay.upper}${placeIn(this.overlay.lower, path)}`;
		makeOpenFolder(place.slice(0, place.lastIndexOf('/')));
		copyFileSync(file, place);
	}

	/** Where a path lies on this machine now; undefined where the root does not have it. */
	find(path: string): HostPath | undefined {
		const inside = placeIn(this.overlay.lower, path);
		const changed = this.#inUpper(inside);
		if (changed !== undefined) {
			return changed === 'gone' ? undefined : hostPath(`${this.overlay.upper}${inside}`);
		}

		return this.isOriginal(path) ? hostPath(`${this.overlay.lower}${inside}`) : undefined;
	}

	/** What became of a path; undefined where nothing happened to it. A character device 0:0 says that it is gone. */
	#inUpper(inside: string): 'there' | 'gone' | undefined {
		try {
			const stats = lstatSync(`${this.overlay.upper}${inside}`, {throwIfNoEntry: false});
			return stats && (stats.isCharacterDevice() && stats.rdev === 0 ? 'gone' : 'there');
		} catch (error) {
			// A folder above it is gone.
			if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') {
				return 'gone';
			}

			throw error;
		}
	}

	/** Whether the clean root has it. */
	isOriginal(path: string): boolean {
		const place = `${this.overlay.lower}${placeIn(this.overlay.lower, path)}`;
		return lstatSync(place, {throwIfNoEntry: false}) !== undefined;
	}
}
