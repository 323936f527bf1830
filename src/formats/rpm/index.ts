import type {NewPackage} from '../../model/package.ts';
import type {Compression} from '../../model/plan.ts';
import type {Target} from '../../model/target.ts';
import type {Format} from '../format.ts';
import {ownMetadataSettings} from '../own-metadata.ts';
import {rpmArch} from './arch.ts';
import {checkRpm} from './check.ts';
import {rpmLibraries} from './libraries.ts';
import {rpmOwn} from './own.ts';
import {unreplaceable} from './prefixes.ts';
import {rpmRelationSettings} from './relation-settings.ts';
import {rpmlintFilters} from './rpmlint.ts';
import {rpmScriptSettings} from './scripts.ts';
import {rpmTriggerSettings} from './triggers.ts';
import {rpmVersion} from './version.ts';
import {openRpm} from './write.ts';

/** The .rpm of rpm 4.14 and later: version 4 of the format, which RPM 6 reads as well. */
export const rpm: Format = {
	name: 'rpm',
	packager: 'rpm',
	settings: {
		group: {
			type: 'string',
			description: 'The Group tag. Only old tools and rpmlint still look at it.',
			default: 'Applications/System',
		},
		...rpmRelationSettings,
		...rpmScriptSettings,
		...rpmTriggerSettings,
		...ownMetadataSettings,
	},
	compressions,
	own: rpmOwn,
	companions: (pkg, options) => [rpmlintFilters(pkg, options, fileName(pkg).replace(/\.rpm$/, ''))],
	fileName,
	left: pkg => rpmLibraries(pkg).left,
	omits: unreplaceable,
	check: checkRpm,
	open: openRpm,
};

/** zstd needs rpm 4.14, which Enterprise Linux 8 has and 7 has not. */
function compressions(target: Target): readonly Compression[] {
	const [major = 0, minor = 0] = target.packagerVersion.split('.').map(Number);
	const zstd: readonly Compression[] = major > 4 || (major === 4 && minor >= 14) ? [{method: 'zstd', level: 9}] : [];
	return [...zstd, {method: 'xz', level: 6}, {method: 'gzip', level: 9}];
}

/** As rpmbuild names it: the epoch stays out. */
function fileName(pkg: NewPackage): string {
	const {name, version, release} = pkg.metadata;
	return `${name}-${rpmVersion(version).version}-${release}.${rpmArch(pkg.arch).name}.rpm`;
}
