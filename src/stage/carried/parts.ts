import {existsSync, readdirSync, readFileSync, realpathSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {locationOf, readContent} from '../../host/read.ts';
import type {CarriedPart, SystemPackage} from '../../model/carried-part.ts';
import {below, compareBytes, type HostPath, hostPath, type InstallPath, nameOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {RecordedArchive} from '../../model/python-archive.ts';
import type {Staged} from '../../model/staged.ts';
import type {FileEntry} from '../../model/tree.ts';
import type {Environment} from '../interpreters/probe.ts';
import {linesOf, packagesOf} from './system-packages.ts';

/** In bytes: what is larger is no licence. */
const largest = 1024 * 1024;

export interface CarriedGround {
	readonly archive: RecordedArchive | undefined;
	readonly environment: Environment;
}

/**
 * What came along of the builder, by the names that others know it by: the interpreter first, then libraries, those of one package
 * together. No path of the builder is in it. Empty where nothing came along.
 */
export async function carriedParts(staged: Staged, ground: CarriedGround): Promise<readonly CarriedPart[]> {
	const {tree, carried, python} = staged;
	if (carried.size === 0) {
		return [];
	}

	const libraries = tree.entries.filter(
		(entry): entry is FileEntry => entry.kind === 'file' && carried.get(entry.path) === 'library',
	);
	const origins = new Map(libraries.map(entry => [entry.path, originOf(entry)]));
	const owners = await packagesOf([python.builder, ...origins.values()], ground.environment);
	return [
		await interpreterPart(staged, owners.get(python.builder), ground),
		...(await libraryParts(origins, owners, ground)),
	];
}

function originOf({content, path}: FileEntry): HostPath {
	const file = content.kind === 'staged' ? locationOf(content) : hostPath(path);
	return existsSync(file) ? hostPath(realpathSync(file)) : file;
}

async function interpreterPart(
	{tree, carried, prefix, python}: Staged,
	owner: SystemPackage | undefined,
	{archive, environment}: CarriedGround,
): Promise<CarriedPart> {
	const own = tree.entries.filter(({kind, path}) => kind !== 'directory' && carried.get(path) === 'interpreter');
	const licence = new Places(tree).at(below(prefix, `lib/python${python.minor}/LICENSE.txt`));
	const text = licence?.kind === 'file' ? textOf(Buffer.from(readContent(licence.content))) : '';
	const beside = archive ? archiveTexts(python.builderPrefix) : [];
	return {
		kind: 'interpreter',
		name: 'cpython',
		version: python.version,
		license: 'PSF-2.0',
		package: owner,
		archive,
		files: own.map(({path}) => path),
		texts: [
			...(text === '' ? [] : [{name: 'LICENSE.txt', text}]),
			...(owner ? await textsOf(owner, environment) : []),
			...beside,
		],
	};
}

/** What python-build-standalone links in is named by the licences beside it. */
function archiveTexts(home: HostPath): CarriedPart['texts'] {
	const folder = join(home, '../licenses');
	const names = existsSync(folder) ? readdirSync(folder).sort(compareBytes) : [];
	return names.flatMap(name => fileText(join(folder, name), name));
}

async function libraryParts(
	origins: ReadonlyMap<InstallPath, HostPath>,
	owners: ReadonlyMap<HostPath, SystemPackage>,
	{environment}: CarriedGround,
): Promise<CarriedPart[]> {
	const parts = new Map<string, {files: InstallPath[]; owner: SystemPackage | undefined}>();
	for (const [path, origin] of origins) {
		const owner = owners.get(origin);
		const name = owner?.name ?? nameOf(path);
		const part = parts.get(name) ?? {files: [], owner};
		parts.set(name, {...part, files: [...part.files, path]});
	}

	const sorted = [...parts].sort(([one], [other]) => compareBytes(one, other));
	return Promise.all(
		sorted.map(async ([name, {files, owner}]) => {
			const texts = owner ? await textsOf(owner, environment) : [];
			return {
				kind: 'libraries' as const,
				name,
				version: owner?.version ?? '',
				license: owner?.license || statedIn(texts),
				package: owner,
				files: files.sort(compareBytes),
				texts,
			};
		}),
	);
}

/** Debian has one file for each package (Policy 12.5); rpm marks those that are licences. */
async function textsOf({manager, name}: SystemPackage, environment: Environment): Promise<CarriedPart['texts']> {
	if (manager === 'deb') {
		return fileText(`/usr/share/doc/${name}/copyright`, 'copyright');
	}

	const files = (await linesOf('rpm', ['-q', '--licensefiles', name], environment)).filter(line =>
		line.startsWith('/'),
	);
	return files.flatMap(file => fileText(file, file.slice(file.lastIndexOf('/') + 1)));
}

function fileText(file: string, name: string): CarriedPart['texts'] {
	const stats = statSync(file, {throwIfNoEntry: false});
	return stats?.isFile() && stats.size > 0 && stats.size <= largest ? [{name, text: textOf(readFileSync(file))}] : [];
}

function textOf(bytes: Buffer): string {
	const text = bytes.toString('utf8');
	return (text.includes('\uFFFD') ? bytes.toString('latin1') : text).replaceAll('\r\n', '\n');
}

/**
 * The licence that a machine-readable copyright file of Debian (DEP-5) gives all files of its source but those of the packaging, as
 * SPDX has it. Empty where they have several: which of them a library is made of is not said there.
 */
function statedIn(texts: CarriedPart['texts']): string {
	const [{text} = {text: ''}] = texts;
	const named = text.split(/\n\s*\n/).flatMap(paragraph => {
		const [, files] = /^Files:((?:.*\n)(?:[ \t].*\n)*)/m.exec(`${paragraph}\n`) ?? [];
		const isPackaging = files
			?.trim()
			.split(/\s+/)
			.every(pattern => pattern.startsWith('debian/'));
		const [, name = ''] = /^License:[ \t]*(.*)$/m.exec(paragraph) ?? [];
		return files === undefined || isPackaging ? [] : [spdxName(name.trim())];
	});
	const [only = '', ...more] = new Set(named);
	return more.length === 0 ? only : '';
}

/** Debian's short names that differ from those of SPDX: DEP-5, «License specification». */
function spdxName(name: string): string {
	const [, family, version, later] = /^([AL]?GPL|GFDL)-(\d(?:\.\d)?)(\+?)$/.exec(name) ?? [];
	return family === undefined || version === undefined
		? name.replace(/^Expat$/, 'MIT')
		: `${family}-${version.includes('.') ? version : `${version}.0`}-${later === '+' ? 'or-later' : 'only'}`;
}
