import type {NewPackage} from '../../model/package.ts';
import type {OwnOptions} from '../format.ts';
import {debLibraries} from './libraries.ts';
import {askedRelations} from './relations.ts';
import {makesAccounts} from './scripts.ts';

/**
 * What the package needs: the interpreter where it is Debian's own, the packages that bring libraries at the target, and
 * what the configuration adds, each one once. An interpreter elsewhere belongs to no package of the distribution, so none
 * can be named for it.
 * Throws an ArtifactError (DEB_RELATION_INVALID), and what `debLibraries` throws.
 */
export function debDepends(pkg: NewPackage, {settings, target}: Pick<OwnOptions, 'settings' | 'target'>): string[] {
	const added = askedRelations('depends', settings);
	return [...new Set([...interpreter(pkg), ...debLibraries(pkg, target.id).relations, ...sysusers(pkg), ...added])];
}

function interpreter({needs}: NewPackage): string[] {
	const {path, minor, minimum} = needs.interpreter;
	if (path !== `/usr/bin/python${minor}`) {
		return [];
	}

	return [minimum === minor ? `python${minor}` : `python${minor} (>= ${minimum})`];
}

/** What brings systemd-sysusers, as dh_installsysusers has it: the postinst calls it. */
function sysusers(pkg: NewPackage): string[] {
	return makesAccounts(pkg) ? ['systemd | systemd-standalone-sysusers | systemd-sysusers'] : [];
}
