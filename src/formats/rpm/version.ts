import {explain} from '@renovatebot/pep440';
import {ArtifactError} from '../../model/errors.ts';

/** A version as rpm orders it. */
export interface RpmVersion {
	/** 0 where there is none. */
	readonly epoch: number;
	readonly version: string;
}

/**
 * Maps a PEP 440 version so that rpm orders it as pip does: `~` sorts below the end of a version, `^` just above it.
 * Holds for releases of equal length and for local labels that are all numeric or all alphabetic; outside of that
 * the two orders cannot agree (`1.0` and `1.0.0` are one version to pip only). The release is kept as written.
 * Throws an ArtifactError (RPM_VERSION_INVALID) for what is no PEP 440 version.
 */
export function rpmVersion(version: string): RpmVersion {
	const parts = explain(version);
	const release = /^v?(?:\d+!)?(\d+(?:\.\d+)*)/i.exec(version.trim())?.[1];
	if (parts === null || release === undefined) {
		throw new ArtifactError(`the version ${JSON.stringify(version)} is none of PEP 440`, {
			code: 'RPM_VERSION_INVALID',
			format: 'rpm',
			hint: 'give one such as 1.2.3, 1.2rc1 or 1.2.post1 with --version',
		});
	}

	const {pre, post, dev, local} = parts;
	return {
		epoch: parts.epoch,
		version: [
			release,
			pre === null ? '' : `~${pre.join('')}`,
			// The number before the label puts a local version, 0, below a post-release, 1.
			post === null ? '' : `^1.post${post}`,
			// A plain development release sorts below every pre-release of the same number.
			dev === null ? '' : `${pre === null && post === null ? '~~' : '~'}dev${dev}`,
			local === null ? '' : `^0.${local}`,
		].join(''),
	};
}

/** `1:2.0-1`, or `2.0-1` where there is no epoch: what dependencies and `rpm -q` name. */
export function evr({epoch, version}: RpmVersion, release: string): string {
	return `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}
