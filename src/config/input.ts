import {existsSync, statSync} from 'node:fs';
import {basename} from 'node:path';
import {InputError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';

/** What a PROJECT argument names, by its looks. */
export type Named =
	| {readonly kind: 'directory'; readonly directory: HostPath}
	| {readonly kind: 'wheel' | 'sdist'; readonly file: HostPath};

/**
 * Tells a project folder from a wheel and an sdist. A folder need not exist: whoever reads it says what there is instead.
 * Throws an InputError (NO_PROJECT, INPUT_UNKNOWN).
 */
export function nameInput(project: HostPath): Named {
	const kind = archiveKind(project);
	if (!existsSync(project)) {
		if (kind === undefined) {
			return {kind: 'directory', directory: project};
		}

		throw new InputError(`${project} does not exist`, {
			code: 'NO_PROJECT',
			input: project,
			hint: 'name a wheel, an sdist or a project folder that does',
		});
	}

	if (statSync(project).isDirectory()) {
		return {kind: 'directory', directory: project};
	}

	if (kind === undefined) {
		throw new InputError(`${project} is neither a folder nor a wheel nor an sdist`, {
			code: 'INPUT_UNKNOWN',
			input: project,
			hint: hintFor(basename(project)),
		});
	}

	return {kind, file: project};
}

function archiveKind(file: string): 'wheel' | 'sdist' | undefined {
	if (file.endsWith('.whl')) {
		return 'wheel';
	}

	return /\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/.test(file) ? 'sdist' : undefined;
}

function hintFor(name: string): string {
	if (/^requirements.*\.(?:txt|in)$/.test(name)) {
		return `a requirements file goes to -r: venvpack build -r ${name} --name NAME --version VERSION`;
	}

	return name === 'pyproject.toml' ? 'name its folder' : 'a wheel ends in .whl, an sdist in .tar.gz';
}
