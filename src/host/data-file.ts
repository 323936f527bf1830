import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/**
 * The text of a file that comes with venvpack, such as `data/commands.txt` or `templates/deb/enable.sh`.
 * Throws a RangeError for one that is not there.
 */
export function packagedText(path: string): string {
	// Below src/ in the checkout, below dist/src/ in the package.
	for (const above of ['../..', '../../..']) {
		const file = fileURLToPath(new URL(`${above}/${path}`, import.meta.url));
		if (existsSync(file)) {
			return readFileSync(file, 'utf8');
		}
	}

	throw new RangeError(`${path} does not come with venvpack`);
}

/** The lines of such a file that say something: neither empty nor a comment. */
export function packagedLines(path: string): string[] {
	return packagedText(path)
		.split('\n')
		.filter(line => line !== '' && !line.startsWith('#'));
}
