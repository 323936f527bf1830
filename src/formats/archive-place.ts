import {type Owner, root} from '../model/owner.ts';
import type {NewPackage} from '../model/package.ts';
import {type InstallPath, isWithin} from '../model/paths.ts';
import type {Entry} from '../model/tree.ts';
import {folderName} from './file-name.ts';
import {owns} from './ownership.ts';

/** Whether it lies in one folder of an archive, which may be unpacked anywhere. */
export function isMovable({manifest}: Pick<NewPackage, 'manifest'>): boolean {
	return manifest.layout?.relocatable === true;
}

/**
 * What an archive calls an entry, without the slash of a folder; undefined: the archive does not hold it. Of a fixed
 * prefix it has paths from the root, for `tar -C /`: `opt/app/bin/app`. What may be moved lies in one folder:
 * `app-1.0/bin/app`; what is meant for another place than the prefix has none there.
 */
export function memberName(entry: Entry, pkg: NewPackage): string | undefined {
	if (!isMovable(pkg)) {
		return owns(entry, pkg) ? entry.path.slice(1) : undefined;
	}

	return isWithin(entry.path, pkg.prefix) ? `${folderName(pkg)}${entry.path.slice(pkg.prefix.length)}` : undefined;
}

/** What an archive of a movable tree leaves out, and why; undefined: nothing. `holder` such as `an archive`. */
export function omittedOutside(pkg: NewPackage, holder: string): string | undefined {
	return isMovable(pkg) ? outsidePrefix(pkg, `${holder} of what may be moved`) : undefined;
}

/** What lies outside of the prefix, and why that has no place; undefined: nothing does. */
export function outsidePrefix({tree, prefix}: NewPackage, holder: string): string | undefined {
	const outside = tree.entries.filter(({kind, path}) => kind !== 'directory' && !isWithin(path, prefix));
	const [first] = outside;
	if (first === undefined) {
		return undefined;
	}

	const count = outside.length === 1 ? '' : ` and ${outside.length - 1} more`;
	return `${first.path}${count}: ${holder} holds what is in ${prefix} alone`;
}

/** An owner in a folder that is lost, and why; undefined: all is root's. */
export function omittedOwner({treatment}: NewPackage, folder: InstallPath, why: string): string | undefined {
	const owned = [...treatment.marks].find(([path, {owner}]) => isWithin(path, folder) && !isRoot(owner));
	return owned && `the owner of ${owned[0]}: ${why}`;
}

function isRoot({user, group}: Owner): boolean {
	return user === root.user && group === root.group;
}
