import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {LockedFile, LockedPackage} from '../../codecs/pylock.ts';
import {normalizedName} from '../../codecs/requirement-name.ts';
import {accepted, decodeIndexPage, type IndexFile} from '../../codecs/simple-index.ts';
import type {Web} from '../../host/web.ts';
import {HostError, InputError} from '../../model/errors.ts';
import {hostPath} from '../../model/paths.ts';
import type {Pin} from '../../model/plan.ts';
import {cachedFile, isCached} from '../download/cache.ts';
import {inTurn} from '../download/download.ts';
import {defaultIndex} from '../download/index-urls.ts';
import type {Resolution, ResolveRequest} from './resolver.ts';

type Searching = ResolveRequest & {readonly web: Web};

/**
 * What a recipe pins, file by file; nobody resolves anything. Each file is looked for by its sha256: in the cache, in the
 * folders and pages of `--find-links`, on the indexes. Undefined where no recipe is followed.
 * Throws an InputError: PIN_GONE with every file that nobody has any more, SOURCE_NEEDED for what was built from a folder
 * that was not named; a HostError where an index cannot be asked.
 */
export function pinnedResolution(searching: Searching): Promise<Resolution> | undefined {
	const {rebuild} = searching.plan;
	return rebuild && resolution(rebuild.pins, searching);
}

async function resolution(pins: readonly Pin[], searching: Searching): Promise<Resolution> {
	const found = await inTurn(pins, async pin => lockedPackage(pin, searching));
	const gone = pins.filter((_, at) => found[at] === undefined);
	if (gone.length > 0) {
		throw new InputError(
			`nobody has these files any more:${gone.map(pin => `\n  ${fileNameOf(pin)} sha256 ${pin.sha256}`).join('')}`,
			{
				code: 'PIN_GONE',
				input: gone.map(fileNameOf).join(', '),
				hint: 'name the index that they came from with --index-url, or a folder that holds them with --find-links',
			},
		);
	}

	const packages = found.filter(locked => locked !== undefined);
	const lock = {requiresPython: '', environments: [], extras: [], groups: [], defaultGroups: [], packages};
	return {lock, folder: hostPath(resolve('/')), by: 'the recipe'};
}

function fileNameOf({wheel, source}: Pin): string {
	return source?.sdist ?? wheel;
}

async function lockedPackage(pin: Pin, searching: Searching): Promise<LockedPackage | undefined> {
	const {name, version, source, directory} = pin;
	const nothing = {marker: '', requiresPython: '', index: '', wheels: []};
	const empty = {...nothing, sdist: undefined, archive: undefined, directory: undefined, vcs: undefined};
	const locked: LockedPackage = {...empty, name: normalizedName(name), version};
	const subdirectory = source?.subdirectory ?? '';
	if (directory !== undefined) {
		// What the folder holds now may have another version: that is shown as a difference, not refused.
		return {...locked, version: '', directory: {path: directory, editable: false, subdirectory}};
	}

	if (source?.kind === 'repository' && source.url) {
		return {...locked, vcs: {type: 'git', url: source.url, commit: source.commit ?? '', subdirectory}};
	}

	if (source && ['project', 'directory', 'repository'].includes(source.kind)) {
		throw unnamed(pin);
	}

	const place = await placeOf(pin, searching);
	return place === undefined ? undefined : {...locked, archive: {...lockedFile(pin, place), subdirectory}};
}

function unnamed({name}: Pin): InputError {
	return new InputError(`${name} was built from a folder that the recipe cannot name`, {
		code: 'SOURCE_NEEDED',
		input: name,
		hint: `say where it lies: --source ${name}=DIR`,
	});
}

function lockedFile(pin: Pin, place: string): LockedFile {
	const isPath = place.startsWith('/');
	return {
		name: fileNameOf(pin),
		url: isPath ? undefined : place,
		path: isPath ? place : undefined,
		size: undefined,
		hashes: {sha256: pin.sha256},
	};
}

/** Where the file is to be had: a path, a URL, or nothing (the empty string) for what is in the cache or nowhere offline. */
async function placeOf(pin: Pin, searching: Searching): Promise<string | undefined> {
	const {cache, plan, indexes} = searching;
	if (await isCached(cachedFile(cache, pin.sha256, fileNameOf(pin)), pin.sha256)) {
		return '';
	}

	const folders = indexes.findLinks.filter(place => !/^https?:/i.test(place));
	const local = folders.map(folder => join(localPath(folder), fileNameOf(pin))).find(file => existsSync(file));
	if (local !== undefined || plan.offline) {
		return local ?? '';
	}

	for (const page of pagesFor(pin, searching)) {
		const file = (await filesOn(page, searching)).find(file => isFileOf(pin, file));
		if (file) {
			return file.url;
		}
	}

	return pin.source?.url;
}

function localPath(folder: string): string {
	return folder.startsWith('file:') ? fileURLToPath(folder) : resolve(folder);
}

function pagesFor({name}: Pin, {indexes}: Searching): string[] {
	const all = [indexes.indexUrl || defaultIndex, ...indexes.extraIndexUrls];
	const pages = all.map(index => `${index.replace(/\/+$/, '')}/${normalizedName(name)}/`);
	return [...indexes.findLinks.filter(place => /^https?:/i.test(place)), ...pages];
}

/** Of an index that tells no digests the name must do: the download is held to the digest anyway. */
function isFileOf(pin: Pin, {name, sha256}: IndexFile): boolean {
	return sha256 === undefined ? name === fileNameOf(pin) : sha256 === pin.sha256;
}

/** None where the index does not know the page. */
async function filesOn(page: string, {web}: Searching): Promise<IndexFile[]> {
	try {
		return decodeIndexPage(await web.text(page, accepted));
	} catch (error) {
		if (error instanceof HostError && error.code === 'DOWNLOAD_FAILED' && /: status 4\d\d$/.test(error.message)) {
			return [];
		}

		throw error;
	}
}
