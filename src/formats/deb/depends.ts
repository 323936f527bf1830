import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import type {OwnOptions} from '../format.ts';
import {debLibraries} from './libraries.ts';
import {makesAccounts} from './scripts.ts';

/** One relation, such as `libpq5 (>= 15) [amd64]`: Debian Policy, section 7.1. */
const relation = /^[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?( ?\((<<|<=|=|>=|>>) ?[A-Za-z0-9.+:~-]+\))?$/;

/**
 * What the package needs: the interpreter where it is Debian's own, the packages that bring libraries at the target, and
 * what the configuration adds, each one once. An interpreter elsewhere belongs to no package of the distribution, so none
 * can be named for it.
 * Throws an ArtifactError (DEB_DEPENDS_INVALID), and what `debLibraries` throws.
 */
export function debDepends(pkg: NewPackage, {settings, target}: Pick<OwnOptions, 'settings' | 'target'>): string[] {
	const added = Array.isArray(settings.depends) ? settings.depends.map(String) : [];
	const wrong = added.find(text => !text.split('|').every(part => relation.test(part.trim())));
	if (wrong !== undefined) {
		throw new ArtifactError(`${JSON.stringify(wrong)} in deb.depends is no dependency of a deb`, {
			code: 'DEB_DEPENDS_INVALID',
			hint: 'write each as one string, such as "libpq5 (>= 15)" or "default-mta | mail-transport-agent"',
			format: 'deb',
		});
	}

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
