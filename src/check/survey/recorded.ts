import {decodeRecord} from '../../codecs/record.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {RecordedFile} from '../../model/survey.ts';

/** The rows of a RECORD, with the places that they mean. `parent` is the folder that holds the dist-info. */
export function recordedFiles(bytes: Buffer, parent: InstallPath): RecordedFile[] {
	return decodeRecord(bytes.toString('utf8'))
		.filter(({path}) => path !== '')
		.map(({path, hash, size}) => ({path: meant(path, parent), written: path, hash, size}));
}

/** Undefined where it climbs above the root, or holds a NUL. */
function meant(written: string, parent: InstallPath): InstallPath | undefined {
	const parts = written.startsWith('/') ? [] : parent.split('/').filter(Boolean);
	for (const part of written.split('/')) {
		if (part === '..' && parts.pop() === undefined) {
			return undefined;
		}

		if (part !== '' && part !== '.' && part !== '..') {
			parts.push(part);
		}
	}

	return written.includes('\0') ? undefined : (`/${parts.join('/')}` as InstallPath);
}

/** The module that a file makes importable from the folder `parent`, such as `yaml`; undefined where it makes none. */
export function moduleOf(path: InstallPath, parent: InstallPath): string | undefined {
	const base = parent === '/' ? '/' : `${parent}/`;
	if (!path.startsWith(base) || !/\.(?:py|so)$/.test(path)) {
		return undefined;
	}

	const [first = '', second] = path.slice(base.length).split('/');
	// `_yaml.cpython-311-x86_64-linux-gnu.so` is the module _yaml.
	const name = second === undefined ? (first.split('.')[0] ?? '') : first;
	return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : undefined;
}
