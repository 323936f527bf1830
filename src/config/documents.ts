import {existsSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {Documents, TextDocument} from '../model/documents.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Config} from './config.ts';
import {flagPlace, type Place, refusal, shown} from './place.ts';

/** Where a project says what changed, the first that is there counts. */
const changelogs = ['CHANGELOG', 'CHANGES'].flatMap(stem => ['.md', '.rst', '.txt', ''].map(ending => stem + ending));

/** What the formats themselves put there. */
const taken = ['copyright', 'changelog.gz', 'changelog.Debian.gz'];

/**
 * The changelog and the documentation of a package, read. A changelog that stands among the docs as well counts once.
 * Throws a ConfigError: DOCUMENT_UNREADABLE, DOCUMENT_TWICE.
 */
export function documentsOf(config: Config): Documents {
	const {values} = config;
	const path = changelogPath(config);
	const place = (key: 'changelog' | 'docs'): Place => config.places[key] ?? flagPlace(key);
	const changelog = path && read(path, place('changelog'));
	const docs = (values.docs ?? []).filter(doc => doc !== path).map(doc => read(hostPath(doc), place('docs')));
	const names = [...taken, ...(changelog ? [changelog.name] : []), ...docs.map(({name}) => name)];
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined) {
		throw refusal(place('docs'), `puts two files in one place: ${shown(twice)}`, {
			code: 'DOCUMENT_TWICE',
			hint: 'they lie side by side in /usr/share/doc/NAME: give one of them another name',
		});
	}

	return {changelog, docs};
}

/** The file that says what changed; undefined for none. */
export function changelogPath({values, input}: Config): HostPath | undefined {
	if (values.changelog !== undefined) {
		return values.changelog === 'none' ? undefined : hostPath(values.changelog);
	}

	return input.kind === 'project'
		? changelogs.map(name => hostPath(join(input.directory, name))).find(file => existsSync(file))
		: undefined;
}

function read(file: HostPath, place: Place): TextDocument {
	try {
		return {name: basename(file), bytes: readFileSync(file)};
	} catch (error) {
		const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
		throw refusal(place, `names ${shown(file)}, which cannot be read: ${reason}`, {
			code: 'DOCUMENT_UNREADABLE',
			hint: 'it must be a file, and you must be allowed to read it; a relative path counts from the folder of the configuration',
			cause: error,
		});
	}
}
