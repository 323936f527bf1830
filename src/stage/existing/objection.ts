import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {InputError} from '../../model/errors.ts';
import type {Objection} from '../../model/objection.ts';
import type {VenvFolder} from './venv-folder.ts';

/** What of a venv as a whole cannot come along. */
export function objectionsTo({configuration}: VenvFolder): Objection[] {
	const objections: Objection[] = [];
	if (configuration.get('include-system-site-packages')?.toLowerCase() === 'true') {
		objections.push({
			path: 'pyvenv.cfg',
			code: 'SYSTEM_SITE_PACKAGES',
			what: 'has include-system-site-packages = true: packages of the base interpreter are imported too, and do not come along',
			remedy: 'make the venv without --system-site-packages, and install into it what it lacks then',
		});
	}

	const home = configuration.get('home');
	if (home !== undefined && existsSync(join(dirname(home), 'pyvenv.cfg'))) {
		objections.push({
			path: 'pyvenv.cfg',
			code: 'NESTED_VENV',
			what: `has its interpreter in ${home}, which is a venv itself`,
			remedy: 'make it with the interpreter that the other venv was made with',
		});
	}

	return objections;
}

/**
 * Throws an InputError (VENV_NOT_RELOCATABLE) with the whole list, where there is one. Nothing has been touched then.
 */
export function refuseObjections({named}: VenvFolder, objections: readonly Objection[]): void {
	if (objections.length > 0) {
		const count = objections.length === 1 ? 'one thing' : `${objections.length} things`;
		const list = objections.map(({path, code, what, remedy}) => `\n  ${path} ${what} [${code}]\n    → ${remedy}`);
		throw new InputError(`${named} holds ${count} that cannot be relocated:${list.join('')}`, {
			code: 'VENV_NOT_RELOCATABLE',
			input: named,
			hint: 'nothing was touched; mend each as it says',
		});
	}
}
