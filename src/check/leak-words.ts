import type {InstallPath} from '../model/paths.ts';
import type {Needle} from './leak-needles.ts';

const what: Readonly<Record<Needle['code'], string>> = {
	LEAK_STAGE: 'the stage',
	LEAK_BUILD: 'a folder of this build',
	LEAK_CACHE: 'a cache of the builder',
	LEAK_CREDENTIALS: 'credentials of a package index',
	LEAK_HOME: 'the home of the builder',
	LEAK_INTERPRETER: 'the builder’s interpreter',
};

const remedies: Readonly<Record<Needle['code'], string>> = {
	LEAK_STAGE: 'find what writes it (a hook, a build backend) and let it write a path below the prefix',
	LEAK_BUILD: 'let the build backend honour -ffile-prefix-map (CFLAGS) and --remap-path-prefix (RUSTFLAGS)',
	LEAK_CACHE: 'build without that cache, or let the compiler honour -ffile-prefix-map',
	LEAK_CREDENTIALS: 'take them out of the file, and change them: whoever has the file has them',
	LEAK_HOME: 'build with another HOME, or take the path out of the file',
	LEAK_INTERPRETER:
		'build with an interpreter that lies where the target’s does, or let the compiler honour -ffile-prefix-map',
};

/** What was found, in words; a secret is not repeated. */
export function leakMessage(leak: {needle: Needle; count: number; member?: string}): string {
	const {needle, count, member} = leak;
	const shown = needle.code === 'LEAK_CREDENTIALS' ? '' : `, ${needle.text}`;
	const inside = member === undefined ? '' : member === '' ? ', compressed' : `, compressed in its member ${member}`;
	return `holds ${what[needle.code]}${shown}${count > 1 ? `, ${count} times` : ''}${inside}`;
}

/** What to do about it. */
export function leakRemedy(needle: Needle, path: InstallPath): string {
	return `${remedies[needle.code]}; or, where it does no harm, --allow-leak '${path}'`;
}
