import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type HostPath, hostPath} from '../model/paths.ts';

/** Where a file lies that comes with venvpack, such as `data/commands.txt`; undefined for one that does not. */
export function packagedFile(path: string): HostPath | undefined {
	// Below src/ in the checkout, below dist/src/ in the package.
	const places = ['../..', '../../..'].map(above => fileURLToPath(new URL(`${above}/${path}`, import.meta.url)));
	const file = places.find(existsSync);
	return file === undefined ? undefined : hostPath(file);
}

/** The text of such a file. Throws a RangeError for one that is not there. */
export function packagedText(path: string): string {
	const file = packagedFile(path);
	if (file === undefined) {
		throw new RangeError(`${path} does not come with venvpack`);
	}

	return readFileSync(file, 'utf8');
}

/** The lines of such a file that say something: neither empty nor a comment. */
export function packagedLines(path: string): string[] {
	return packagedText(path)
		.split('\n')
		.filter(line => line !== '' && !line.startsWith('#'));
}
