import {decodePythonVersion} from '../../codecs/python-version.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {Metadata} from '../../model/metadata.ts';

/**
 * The version of a package as dpkg orders it (deb-version(7)), epoch included: `1.0a1` of release `1` gives `1.0~a1-1`.
 * A tilde sorts before the end of a text; a plus after it, and after letters. So dpkg's order is that of PEP 440 for
 * versions whose releases have the same number of parts and whose local labels are all numeric or all alphabetic;
 * outside of that the two cannot agree (`1.0` and `1.0.0` are one version to pip only). The release segment stays as
 * written. Throws an ArtifactError (DEB_VERSION_INVALID, DEB_RELEASE_INVALID).
 */
export function debVersion({version, release}: Pick<Metadata, 'version' | 'release'>): string {
	if (!/^[A-Za-z0-9+.~]+$/.test(release)) {
		throw new ArtifactError(`${JSON.stringify(release)} is no revision of a deb`, {
			code: 'DEB_RELEASE_INVALID',
			hint: 'use letters, digits, "+", "." and "~", such as 1, with --release',
			format: 'deb',
		});
	}

	return `${upstreamVersion(version)}-${release}`;
}

/** dpkg reads an epoch as a C int (parseversion in lib/dpkg/parsehelp.c). */
const largestEpoch = 2_147_483_647;

function upstreamVersion(version: string): string {
	const parts = decodePythonVersion(version);
	if (parts === undefined || Number(parts.epoch) > largestEpoch) {
		const why = parts ? `has the epoch ${parts.epoch}, and dpkg's end at ${largestEpoch}` : 'is none of PEP 440';
		throw new ArtifactError(`the version ${JSON.stringify(version)} ${why}`, {
			code: 'DEB_VERSION_INVALID',
			hint: 'give one such as 1.2.3, 1.2rc1 or 1.2.post1 with --version',
			format: 'deb',
		});
	}

	const {epoch, release, pre, post, dev, local} = parts;
	return [
		epoch === '0' ? '' : `${epoch}:`,
		release,
		pre === undefined ? '' : `~${pre}`,
		// Two of them, so that a post-release sorts above a local version, whose label follows one.
		post === undefined ? '' : `++post${post}`,
		// A plain development release sorts below every pre-release of the same number.
		dev === undefined ? '' : `${pre === undefined && post === undefined ? '~~' : '~'}dev${dev}`,
		local.length === 0 ? '' : `+${local.join('.')}`,
	].join('');
}
