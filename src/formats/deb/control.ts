import {encodeParagraph} from '../../codecs/deb822.ts';
import type {NewPackage} from '../../model/package.ts';
import type {OwnOptions} from '../format.ts';
import {debArch} from './arch.ts';
import {debDepends} from './depends.ts';
import {debDescription} from './description.ts';
import {askedFields} from './relations.ts';
import {debVersion} from './version.ts';

/**
 * The control file of a package (Debian Policy, section 5.3). `installedSize` is in KiB, as Policy 5.6.20 counts.
 * Throws an ArtifactError (DEB_FIELD_INVALID and those of the version, the machine and the dependencies).
 */
export function debControl(
	pkg: NewPackage,
	options: Pick<OwnOptions, 'settings' | 'target'>,
	installedSize: number,
): string {
	const {settings} = options;
	const {metadata} = pkg;
	const fields = new Map([
		['Package', metadata.name],
		['Version', debVersion(metadata)],
		['Architecture', debArch(pkg.arch)],
		['Maintainer', metadata.maintainer],
		['Installed-Size', String(installedSize)],
		['Depends', debDepends(pkg, options).join(', ')],
		...askedFields(settings),
		['Section', String(settings.section)],
		['Priority', String(settings.priority)],
		['Homepage', metadata.homepage],
		['Description', debDescription(pkg)],
	]);
	return encodeParagraph(fields, ['Description']);
}
