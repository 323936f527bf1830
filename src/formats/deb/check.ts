import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import {nameOf} from '../../model/paths.ts';
import type {WriteOptions} from '../format.ts';
import {debControl} from './control.ts';

/**
 * Refuses what a deb cannot hold. Throws an ArtifactError: DEB_NAME_INVALID, DEB_FIELD_INVALID, DEB_VERSION_INVALID,
 * DEB_RELEASE_INVALID, DEB_ARCH_UNKNOWN, DEB_RELATION_INVALID, DEB_PATH_INVALID, and those of `debLibraries`.
 */
export function checkDeb(pkg: NewPackage, options: WriteOptions): void {
	const {settings} = options;
	const {name, maintainer} = pkg.metadata;
	// Debian Policy, section 5.6.1.
	if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name)) {
		throw refusal('DEB_NAME_INVALID', `${JSON.stringify(name)} is no name of a deb`, {
			hint: `use lower-case letters, digits, "+", "-" and ".", such as ${suggested(name)}, with --name`,
		});
	}

	// Section 5.6.2. Without an address dpkg complains of every package that is installed later.
	if (!/^[^<>]+ <[^<>\s]+>$/.test(maintainer)) {
		throw refusal('DEB_FIELD_INVALID', `${JSON.stringify(maintainer)} is no Maintainer of a deb`, {
			hint: 'give a name and an address, such as maintainer = "Jo Doe <jo@example.org>"',
		});
	}

	if (!/^([a-z0-9-]+\/)?[a-z0-9-]+$/.test(String(settings.section))) {
		throw refusal('DEB_FIELD_INVALID', `${JSON.stringify(settings.section)} in deb.section is no section`, {
			hint: 'give one such as misc, web or python',
		});
	}

	debControl(pkg, options, 0);
	checkPaths(pkg);
}

/** dpkg unpacks a file under its name with `.dpkg-new` behind it, and Linux reads names of 255 bytes. */
const longestName: number = 255 - '.dpkg-new'.length;

/** dpkg keeps the names of a package one a line, in its database and in md5sums; dpkg-deb refuses a line break too. */
function checkPaths(pkg: NewPackage): void {
	for (const {kind, path} of pkg.tree.entries) {
		if (path.includes('\n')) {
			throw refusal('DEB_PATH_INVALID', `dpkg cannot install a name with a line break: ${JSON.stringify(path)}`, {
				hint: 'rename the file, or choose a tarball',
			});
		}

		if (kind !== 'directory' && Buffer.byteLength(nameOf(path)) > longestName) {
			throw refusal('DEB_PATH_INVALID', `dpkg cannot install a name of over ${longestName} bytes: ${path}`, {
				hint: 'rename the file, or choose a tarball',
			});
		}
	}
}

function suggested(name: string): string {
	const plain = name.toLowerCase().replaceAll(/[^a-z0-9+.-]+/g, '-');
	const trimmed = plain.replace(/^[^a-z0-9]+/, '').replace(/-+$/, '');
	return trimmed.length > 1 ? trimmed : `python-${trimmed || 'app'}`;
}

function refusal(code: string, message: string, {hint}: {hint: string}): ArtifactError {
	return new ArtifactError(message, {code, hint, format: 'deb'});
}
