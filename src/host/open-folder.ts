import {chmodSync, existsSync, mkdirSync} from 'node:fs';
import {dirname} from 'node:path';

/** Makes a folder and those above it that everybody may enter, whatever the umask: what lies in it is shown to others. */
export function makeOpenFolder(path: string): void {
	if (!existsSync(path)) {
		makeOpenFolder(dirname(path));
		mkdirSync(path);
		chmodSync(path, 0o755);
	}
}
