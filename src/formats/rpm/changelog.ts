import type {NewPackage} from '../../model/package.ts';
import {releaseNotes} from '../notices/release-notes.ts';
import {evr, rpmVersion} from './version.ts';

/** An entry of the changelog in a header. */
export interface RpmChange {
	/** Seconds since 1970 UTC. */
	readonly time: number;
	/** Who, and the version: `Jo Doe <jo@example.org> - 1.0-1`. */
	readonly name: string;
	readonly text: string;
}

const day = 86_400;

/** One entry, for the version that is packaged, at noon (UTC) of the day of its epoch, as rpmbuild dates what has no time. */
export function rpmChange(pkg: NewPackage): RpmChange {
	const {maintainer, version, release} = pkg.metadata;
	return {
		time: Math.floor(pkg.epoch / day) * day + day / 2,
		name: `${maintainer} - ${evr(rpmVersion(version), release)}`,
		text: releaseNotes(pkg)
			.map(item => `- ${item}`)
			.join('\n'),
	};
}
