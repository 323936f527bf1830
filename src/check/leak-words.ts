import type {FindingKind} from '../model/findings.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Needle} from './leak-needles.ts';

const absentThere =
	'What it names is absent on the machine that installs, and what reads it fails there or finds another file.';
const tellsOf = 'It tells everybody who has the artifact how and where it was built, and differs with every builder.';

/** What a trace of the builder can be. */
export const leakKinds: Readonly<Record<Needle['code'], FindingKind>> = {
	LEAK_STAGE: {
		code: 'LEAK_STAGE',
		severity: 'error',
		title: 'the stage',
		why: absentThere,
		remedy: 'find what writes it (a hook, a build backend) and let it write a path below the prefix',
	},
	LEAK_BUILD: {
		code: 'LEAK_BUILD',
		severity: 'error',
		title: 'a folder of this build',
		why: tellsOf,
		remedy: 'let the build backend honour -ffile-prefix-map (CFLAGS) and --remap-path-prefix (RUSTFLAGS)',
	},
	LEAK_CACHE: {
		code: 'LEAK_CACHE',
		severity: 'error',
		title: 'a cache of the builder',
		why: tellsOf,
		remedy: 'build without that cache, or let the compiler honour -ffile-prefix-map',
	},
	LEAK_CREDENTIALS: {
		code: 'LEAK_CREDENTIALS',
		severity: 'error',
		title: 'credentials of a package index',
		why: 'Whoever has the artifact has the password.',
		remedy: 'take them out of the file, and change them: whoever has the file has them',
	},
	LEAK_HOME: {
		code: 'LEAK_HOME',
		severity: 'error',
		title: 'the home of the builder',
		why: tellsOf,
		remedy: 'build with another HOME, or take the path out of the file',
	},
	LEAK_INTERPRETER: {
		code: 'LEAK_INTERPRETER',
		severity: 'error',
		title: 'the builder’s interpreter',
		why: absentThere,
		remedy: 'build with an interpreter that lies where the target’s does, or let the compiler honour -ffile-prefix-map',
	},
	LEAK_NEEDLE: {
		code: 'LEAK_NEEDLE',
		severity: 'error',
		title: 'what was looked for',
		why: 'Whoever looked for it with --needle wants it nowhere in the artifact.',
		remedy: 'find what writes it, and let it write something else',
	},
};

/** What was found, in words; a secret is not repeated. */
export function leakMessage(leak: {needle: Needle; count: number; member?: string}): string {
	const {needle, count, member} = leak;
	const shown = needle.code === 'LEAK_CREDENTIALS' ? '' : `, ${needle.text}`;
	const inside = member === undefined ? '' : member === '' ? ', compressed' : `, compressed in its member ${member}`;
	return `holds ${needle.title ?? leakKinds[needle.code].title}${shown}${count > 1 ? `, ${count} times` : ''}${inside}`;
}

/** What to do about it. */
export function leakRemedy(needle: Needle, path: InstallPath): string {
	return `${leakKinds[needle.code].remedy}; or, where it does no harm, --allow-leak '${path}'`;
}
