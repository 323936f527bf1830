import {gzipSync} from 'node:zlib';
import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import {releaseNotes} from '../notices/release-notes.ts';
import {debVersion} from './version.ts';

/** Columns of a line: lintian asks for 80 at most. */
const width = 79;
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The changelog of the packaging (Debian Policy 4.4 and 12.7): one entry, for the version that is packaged, dated with the
 * epoch. What changed comes out of the application's own changelog where that has a section for the version.
 */
export function debChangelog(pkg: NewPackage): string {
	const {metadata, epoch} = pkg;
	const items = releaseNotes(pkg).flatMap(item => wrapped(item));
	const head = `${metadata.name} (${debVersion(metadata)}) unstable; urgency=medium`;
	return `${[head, '', ...items, '', ` -- ${metadata.maintainer}  ${rfc5322(epoch)}`].join('\n')}\n`;
}

/** As Policy 12.7 has it: with the highest level, without a name and a time. Throws an ArtifactError (DEB_TOO_LARGE). */
export function gzipped(bytes: Uint8Array): Uint8Array {
	if (bytes.length > largest) {
		throw new ArtifactError(`the changelog has ${bytes.length} bytes, and ${largest} are the most`, {
			code: 'DEB_TOO_LARGE',
			format: 'deb',
			hint: 'name a shorter one with the key changelog',
		});
	}

	const packed = gzipSync(bytes, {level: 9});
	// The field OS of RFC 1952: 3 is Unix, whatever this zlib was built for.
	packed[9] = 3;
	return packed;
}

const largest = 64 * 1024 * 1024;

function wrapped(item: string): string[] {
	const lines: string[] = [];
	let line = '  *';
	for (const word of item.split(/\s+/).filter(Boolean)) {
		if (line.length + 1 + word.length > width && line.trim() !== '*') {
			lines.push(line);
			line = `    ${word}`;
		} else {
			line += ` ${word}`;
		}
	}

	return [...lines, line];
}

/** The date of RFC 5322, in UTC. */
function rfc5322(epoch: number): string {
	const date = new Date(epoch * 1000);
	const two = (number: number) => String(number).padStart(2, '0');
	const day = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
	return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}
