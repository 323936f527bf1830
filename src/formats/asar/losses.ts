import type {AsarLosses} from '../../codecs/asar-summary.ts';
import {root} from '../../model/owner.ts';
import type {NewPackage} from '../../model/package.ts';
import type {Entry} from '../../model/tree.ts';
import {memberName} from '../archive-place.ts';
import {returnedTarget} from './index-table.ts';

/** What of a package asar itself does not give back. */
export function lossesOf(pkg: NewPackage): AsarLosses {
	const modes = new Map<string, number>();
	const owners = new Map<string, {readonly user: string; readonly group: string}>();
	const links = new Map<string, string>();
	for (const entry of pkg.tree.entries) {
		const path = memberName(entry, pkg);
		if (path === undefined) {
			continue;
		}

		const owner = pkg.treatment.marks.get(entry.path)?.owner ?? root;
		if (owner.user !== root.user || owner.group !== root.group) {
			owners.set(path, owner);
		}

		if (entry.kind === 'link') {
			if (returnedTarget(entry, pkg) !== entry.target) {
				links.set(path, entry.target);
			}
		} else if (entry.mode !== returnedMode(entry)) {
			modes.set(path, entry.mode);
		}
	}

	return {modes, owners, links};
}

function returnedMode(entry: Exclude<Entry, {kind: 'link'}>): number {
	return entry.kind === 'directory' || (entry.mode & 0o100) !== 0 ? 0o755 : 0o644;
}
