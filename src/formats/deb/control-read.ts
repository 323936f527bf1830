import {decodeParagraphs, type Paragraph} from '../../codecs/deb822.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {ManifestSummary} from '../../model/manifest.ts';
import type {Declared, RelationKind} from '../../model/package.ts';
import {type InstallPath, installPath} from '../../model/paths.ts';
import type {Stretch} from '../../model/tree.ts';
import {summaryFrom} from '../read-package.ts';
import {tarMembers} from '../tar-members.ts';

/** What the control archive of a deb says. */
export interface DebControl {
	readonly fields: Paragraph;
	readonly manifest: ManifestSummary | undefined;
	readonly declared: Pick<Declared, 'relations' | 'scripts' | 'conffiles' | 'digests'>;
}

/** In bytes: md5sums has 20 MB with 200,000 files, which is by far the most. */
const largestMember = 64 * 1024 * 1024;

const scriptNames = ['preinst', 'postinst', 'prerm', 'postrm', 'config', 'triggers'];

const relationFields: ReadonlyArray<readonly [field: string, kind: RelationKind]> = [
	['Pre-Depends', 'requires'],
	['Depends', 'requires'],
	['Recommends', 'recommends'],
	['Suggests', 'suggests'],
	['Provides', 'provides'],
	['Conflicts', 'conflicts'],
	['Replaces', 'replaces'],
	['Breaks', 'breaks'],
	['Enhances', 'enhances'],
];

/** Fields that are told elsewhere. */
export const relationFieldNames: readonly string[] = relationFields.map(([name]) => name);

/** Reads the control archive. Throws an ArtifactError: ARTIFACT_DAMAGED, DEB_INVALID, DEB_CONTROL_INVALID, TAR_INVALID. */
export async function readDebControl(
	stretch: Stretch,
	{withoutDigests}: {readonly withoutDigests: boolean},
): Promise<DebControl> {
	const known = ['control', 'conffiles', 'venvpack.json', ...scriptNames, ...(withoutDigests ? [] : ['md5sums'])];
	const members = new Map<string, Uint8Array>();
	for await (const {member, read} of tarMembers(stretch, 'deb')) {
		const name = member.name.replace(/^(\.?\/)+/, '');
		if (member.kind === 'file' && known.includes(name)) {
			if (member.size > largestMember) {
				throw invalid(`its ${name} has ${member.size} bytes`);
			}

			members.set(name, await read());
		}
	}

	const textOf = (name: string) => decoder.decode(members.get(name) ?? new Uint8Array(0));
	const summary = members.get('venvpack.json');
	const fields = paragraphOf(textOf('control'));
	return {
		fields,
		manifest: summary && summaryFrom(summary),
		declared: {
			relations: relationsOf(fields),
			scripts: new Map(scriptNames.filter(name => members.has(name)).map(name => [name, textOf(name)])),
			conffiles: conffilesOf(textOf('conffiles')),
			digests: digestsOf(members.get('md5sums')),
		},
	};
}

/** Debian demands UTF-8; what an old package has in another encoding shows as replacement characters. */
const decoder = new TextDecoder();

function paragraphOf(text: string): Paragraph {
	const [paragraph] = decodeParagraphs(text);
	if (paragraph === undefined || !paragraph.has('Package') || !paragraph.has('Version')) {
		throw invalid('its control file names no Package and Version');
	}

	return paragraph;
}

function relationsOf(fields: Paragraph): Declared['relations'] {
	const relations: Partial<Record<RelationKind, string[]>> = {};
	for (const [name, kind] of relationFields) {
		const listed = (fields.get(name) ?? '').split(',').map(relation => relation.replaceAll(/\s+/g, ' ').trim());
		const some = listed.filter(relation => relation !== '');
		if (some.length > 0) {
			relations[kind] = [...(relations[kind] ?? []), ...some];
		}
	}

	return relations;
}

/** deb-conffiles(5): a path a line; a flag may stand before it. */
function conffilesOf(text: string): InstallPath[] {
	return text
		.split('\n')
		.map(line => line.trim().replace(/^remove-on-upgrade\s+/, ''))
		.filter(line => line.startsWith('/'))
		.flatMap(line => pathsOf(line));
}

/** A map of every file is made only for who asks: what shows a package does not. */
function digestsOf(md5sums: Uint8Array | undefined): Declared['digests'] {
	let files: ReadonlyMap<InstallPath, string> | undefined;
	return (
		md5sums && {
			algorithm: 'md5',
			get files() {
				files ??= sumsOf(decoder.decode(md5sums));
				return files;
			},
		}
	);
}

/** deb-md5sums(5): the digest, two spaces, the path without its slash. */
function sumsOf(text: string): Map<InstallPath, string> {
	const sums = new Map<InstallPath, string>();
	for (const line of text.split('\n')) {
		const found = /^([0-9a-f]{32}) [ *](.+)$/.exec(line);
		if (found?.[1] !== undefined && found[2] !== undefined) {
			for (const path of pathsOf(`/${found[2]}`)) {
				sums.set(path, found[1]);
			}
		}
	}

	return sums;
}

/** Of a path that leaves the root: none. */
function pathsOf(text: string): InstallPath[] {
	try {
		return [installPath(text)];
	} catch {
		return [];
	}
}

function invalid(what: string): ArtifactError {
	return new ArtifactError(`no deb that can be read: ${what}`, {
		code: 'DEB_INVALID',
		format: 'deb',
		reading: true,
		hint: 'the file is damaged: fetch or build it again',
	});
}
