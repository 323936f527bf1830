import {xzIsInstalled} from '../../host/encoder.ts';
import type {NewPackage} from '../../model/package.ts';
import type {Compression} from '../../model/plan.ts';
import type {Target} from '../../model/target.ts';
import type {Format} from '../format.ts';
import {ownMetadataSettings} from '../own-metadata.ts';
import {debArch} from './arch.ts';
import {checkDeb} from './check.ts';
import {debLibraries} from './libraries.ts';
import {maintainerSettings} from './maintainer-settings.ts';
import {debOwn} from './own.ts';
import {debRelationSettings} from './relations.ts';
import {debVersion} from './version.ts';
import {openDeb} from './write.ts';

/** The .deb of deb(5), version 2.0. */
export const deb: Format = {
	name: 'deb',
	packager: 'dpkg',
	settings: {
		section: {
			type: 'string',
			description: 'The Section field, such as misc, web or python: see section 2.4 of the Debian Policy.',
			default: 'misc',
		},
		priority: {
			type: 'string',
			description: 'The Priority field. Packages that are no part of a distribution are optional.',
			default: 'optional',
			oneOf: ['required', 'important', 'standard', 'optional'],
		},
		...debRelationSettings,
		...ownMetadataSettings,
		...maintainerSettings,
	},
	compressions,
	own: debOwn,
	fileName,
	left: (pkg, {target}) => debLibraries(pkg, target.id).left,
	check: checkDeb,
	open: openDeb,
};

/** The first dpkg of Debian's that reads zstd. */
const zstdSince = [1, 21, 18];

function compressions({packager, packagerVersion}: Target): readonly Compression[] {
	const xz: Compression = {method: 'xz', level: 6};
	const gzip: Compression = {method: 'gzip', level: 9};
	const older = xzIsInstalled() ? [xz, gzip] : [gzip, xz];
	const isNew = packager !== 'dpkg' || compare(packagerVersion.split('.').map(Number.parseFloat), zstdSince) >= 0;
	return isNew ? [{method: 'zstd', level: 9}, ...older] : older;
}

function compare(one: readonly number[], other: readonly number[]): number {
	const at = other.findIndex((part, index) => part !== (one[index] ?? 0));
	return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

/** The epoch stays out of it, as in every name that dpkg-deb gives. */
function fileName(pkg: NewPackage): string {
	const version = debVersion(pkg.metadata).replace(/^\d+:/, '');
	return `${pkg.metadata.name}_${version}_${debArch(pkg.arch)}.deb`;
}
