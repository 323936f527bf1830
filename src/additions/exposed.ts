import {ConfigError} from '../model/errors.ts';
import {nearest} from '../model/nearest.ts';
import {below, installPath, nameOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {Entry} from '../model/tree.ts';
import type {Addition, Ground} from './addition.ts';

/**
 * Scripts on PATH, as absolute links: /opt and /usr are two top folders, and Debian Policy 10.5 wants links between such to
 * be absolute. Throws a ConfigError (EXPOSE_UNKNOWN) for what is no script of the package.
 */
export const exposed: Addition = {
	name: 'expose',
	of: ({plan, tree}) => {
		const bin = below(plan.prefix, 'bin');
		const programs = programsIn(tree, bin);
		return {
			entries: plan.expose.map(({script, as}): Entry => {
				if (!programs.includes(script)) {
					throw unknown(script, {programs, origin: plan.origins.expose ?? 'expose'});
				}

				return {kind: 'link', path: installPath(`/usr/bin/${as}`), target: below(bin, script)};
			}),
		};
	},
};

/** What may be started from a bin folder, the interpreter and what activates a venv left out; sorted. */
export function programsIn(tree: Ground['tree'], bin: ReturnType<typeof below>): string[] {
	return [...new Places(tree).in(bin)]
		.filter(entry => entry.kind === 'link' || (entry.kind === 'file' && (entry.mode & 0o111) !== 0))
		.map(entry => nameOf(entry.path))
		.filter(name => !/^python[\d.]*$/.test(name));
}

function unknown(script: string, {programs, origin}: {programs: readonly string[]; origin: string}): ConfigError {
	const near = nearest(script, programs);
	const all = programs.length === 0 ? 'it has none' : `it has: ${programs.slice(0, 20).join(', ')}`;
	return new ConfigError(`expose (${origin}) names "${script}", which is no script of the package`, {
		code: 'EXPOSE_UNKNOWN',
		key: 'expose',
		hint: near === undefined ? all : `did you mean "${near}"?`,
	});
}
