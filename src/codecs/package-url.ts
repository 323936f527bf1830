import {PackageURL} from 'packageurl-js';
import type {CarriedPart} from '../model/carried-part.ts';

/**
 * The package URL of something that came along: of its distribution's package where there is one, else of what is published.
 * Source: the purl specification, types deb, rpm and generic.
 */
export function packageUrl({name, version, package: owner, archive}: Omit<CarriedPart, 'files' | 'texts'>): string {
	if (owner) {
		const {manager, distribution, release, arch} = owner;
		return new PackageURL(manager, distribution, owner.name, owner.version, {arch, distro: release}).toString();
	}

	const qualifiers = archive && {
		checksum: `sha256:${archive.sha256}`,
		...(archive.url === undefined ? {} : {download_url: archive.url}),
	};
	return new PackageURL('generic', undefined, name, version === '' ? undefined : version, qualifiers).toString();
}
