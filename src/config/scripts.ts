import {dirname, resolve} from 'node:path';
import {run} from '../host/run.ts';
import {HostError} from '../model/errors.ts';
import {hostPath} from '../model/paths.ts';
import {type Place, refusal, shown} from './place.ts';
import {readText} from './read-text.ts';

/** Shells that `-n` has read a script without running it. */
const shells = ['sh', 'bash', 'dash'];

/** The text of a script that the configuration names. Throws a ConfigError (FILE_NOT_UTF8) or a HostError (FILE_UNREADABLE). */
export function scriptText(path: string, place: Place): string {
	const text = readText(hostPath(resolve(dirname(place.file ?? '.'), path)));
	return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/**
 * Has the shell of a script read it, and run nothing of it.
 * Throws a ConfigError: SCRIPT_EMPTY, SCRIPT_INTERPRETER for another one than a shell, SCRIPT_SYNTAX.
 */
export async function checkScript(text: string, place: Place): Promise<void> {
	if (text.trim() === '' || text.includes('\0')) {
		throw refusal(place, 'names a script without a line', {
			code: 'SCRIPT_EMPTY',
			hint: 'write what is to be done, or leave the key out',
		});
	}

	const line = /^#!([^\n]*)/.exec(text)?.[1]?.trim() ?? '/bin/sh';
	const [, shell = ''] = /^(?:\/usr)?\/bin\/([a-z]+)(?: -[a-z]+)?$/.exec(line) ?? [];
	if (!shells.includes(shell)) {
		throw refusal(place, `names a script for ${shown(line)}`, {
			code: 'SCRIPT_INTERPRETER',
			hint: 'begin it with #!/bin/sh or #!/bin/bash: what else is installed, nobody knows while packages change',
		});
	}

	try {
		await run(`/bin/${shell}`, ['-n'], {input: text, code: 'SCRIPT_SYNTAX', doing: 'reading a script'});
	} catch (error) {
		if (error instanceof HostError && error.code === 'SCRIPT_SYNTAX') {
			const said = (error.output ?? '').trim().split('\n')[0] ?? '';
			throw refusal(place, `names a script that ${shell} cannot read: ${said}`, {
				code: 'SCRIPT_SYNTAX',
				hint: 'mend it where the shell says; line numbers are those of the file',
				cause: error,
			});
		}

		throw error;
	}
}
