import {decodePythonVersion} from '../../codecs/python-version.ts';
import {ArtifactError} from '../../model/errors.ts';

/** A version as rpm orders it. */
export interface RpmVersion {
	/** 0 where there is none. */
	readonly epoch: number;
	readonly version: string;
}

/** The tag holds 32 bits, without a sign. */
const largestEpoch = 4_294_967_295;

/**
 * Maps a PEP 440 version so that rpm orders it as pip does: `~` sorts below the end of a version, `^` just above it.
 * Holds for releases of equal length and for local labels whose segments are numbers or words; outside of that
 * the two orders cannot agree (`1.0` and `1.0.0` are one version to pip only). The release is kept as written.
 * Throws an ArtifactError (RPM_VERSION_INVALID) for what is no PEP 440 version, or has an epoch that rpm cannot hold.
 */
export function rpmVersion(version: string): RpmVersion {
	const parts = decodePythonVersion(version);
	if (parts === undefined || Number(parts.epoch) > largestEpoch) {
		const why = parts ? `has the epoch ${parts.epoch}, and rpm's end at ${largestEpoch}` : 'is none of PEP 440';
		throw new ArtifactError(`the version ${JSON.stringify(version)} ${why}`, {
			code: 'RPM_VERSION_INVALID',
			format: 'rpm',
			hint: 'give one such as 1.2.3, 1.2rc1 or 1.2.post1 with --version',
		});
	}

	const {release, pre, post, dev, local} = parts;
	return {
		epoch: Number(parts.epoch),
		version: [
			release,
			pre === undefined ? '' : `~${pre}`,
			// The number before the label puts a local version, 0, below a post-release, 1.
			post === undefined ? '' : `^1.post${post}`,
			// A plain development release sorts below every pre-release of the same number.
			dev === undefined ? '' : `${pre === undefined && post === undefined ? '~~' : '~'}dev${dev}`,
			local.length === 0 ? '' : `^0.${local.join('.')}`,
		].join(''),
	};
}

/** `1:2.0-1`, or `2.0-1` where there is no epoch: what dependencies and `rpm -q` name. */
export function evr({epoch, version}: RpmVersion, release: string): string {
	return `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}
