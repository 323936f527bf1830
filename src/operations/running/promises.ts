import {run} from '../../host/run.ts';
import type {OpenedArtifact} from '../open.ts';
import type {LibraryPromises} from './ground.ts';

/** Nothing is to come: what is declared is installed. */
export const noPromises: LibraryPromises = () => undefined;

/**
 * What the artifact's declared dependencies will bring that this machine lacks: by library for an rpm, which names them;
 * for a deb every library may come from a package that is not installed here.
 */
export async function libraryPromises({
	format,
	declared,
}: Pick<OpenedArtifact, 'format' | 'declared'>): Promise<LibraryPromises> {
	const requires = declared.relations.requires ?? [];
	if (format === 'rpm') {
		return library => requires.find(relation => relation.startsWith(`${library}(`));
	}

	if (format !== 'deb') {
		return noPromises;
	}

	const absent = await absentHere(requires);
	return absent.length === 0 ? noPromises : () => absent.join(', ');
}

/** Those of a deb's dependencies of which no alternative is installed; all where dpkg knows nothing of this machine. */
async function absentHere(relations: readonly string[]): Promise<readonly string[]> {
	const installed = await installedHere();
	const names = (relation: string) => relation.split('|').map(part => /^[\w.+-]+/.exec(part.trim())?.[0] ?? '');
	return relations.filter(relation => !names(relation).some(name => installed.has(name)));
}

async function installedHere(): Promise<ReadonlySet<string>> {
	// dpkg-query(1): the state, and the name.
	const format = ['db:Status-Abbrev', 'Package'].map(field => `\${${field}}`).join('');
	try {
		const {stdout} = await run('dpkg-query', ['-W', '-f', `${format}\\n`]);
		return new Set(stdout.match(/(?<=^ii )\S+/gm));
	} catch {
		return new Set();
	}
}
