import {createHash} from 'node:crypto';
import {basename} from 'node:path';
import {compare, valid} from '@renovatebot/pep440';
import {decodeCoreMetadata, type ProjectMetadata} from '../../codecs/core-metadata.ts';
import {decodeEntryPoints} from '../../codecs/entry-points.ts';
import {normalizedName} from '../../codecs/requirement-name.ts';
import {decodeWheelName, type WheelName} from '../../codecs/wheel-name.ts';
import type {Distribution} from '../../model/metadata.ts';
import {compareBytes, type HostPath} from '../../model/paths.ts';
import type {Wheel} from '../../model/staged.ts';
import {WheelArchive} from './archive.ts';
import {refuseHostile} from './members.ts';
import {confirmRecord} from './record.ts';
import {refusal} from './refusal.ts';

export interface Candidate {
	readonly file: HostPath;
	/** Of the wheel, or of the sdist that it was built from; undefined: by the content of the wheel's members. */
	readonly sha256: string | undefined;
	readonly origin: Distribution['origin'];
	/** How it was built here; undefined where it was not. */
	readonly built?: {readonly epoch: number; readonly tools: readonly string[]};
}

/**
 * Looks at a wheel as at a stranger's: every member is read and held to RECORD, names, modes and sizes are checked,
 * the metadata must be that of the file's name. Nothing is written.
 * Throws an InputError with one of the codes of refusal.ts, naming wheel and member.
 */
export async function examine({file, sha256, origin}: Candidate): Promise<Wheel> {
	const fileName = basename(file);
	const name = decodeWheelName(fileName);
	if (name === undefined) {
		throw refusal(fileName, 'WHEEL_NAME', 'this is not the name of a wheel');
	}

	const archive = await WheelArchive.open(file, fileName);
	try {
		await refuseHostile(archive, fileName);
		const distInfo = distInfoOf(archive, name, fileName);
		const metadata = await metadataOf(archive, distInfo, name, fileName);
		const hashes = await confirmRecord(archive, distInfo, fileName);
		return {
			file,
			fileName,
			distribution: {
				name: metadata.name,
				version: metadata.version,
				requiresPython: metadata.requiresPython,
				license: metadata.license,
				origin,
				wheel: fileName,
				sha256: sha256 ?? contentDigest(hashes, distInfo),
				scripts: await scriptsOf(archive, distInfo),
			},
			newest: archive.members.reduce((newest, member) => Math.max(newest, member.time), 0),
			hashes,
			unpacked: archive.members.reduce((sum, member) => sum + member.size, 0),
			platformSpecific: name.platforms.some(platform => platform !== 'any'),
		};
	} finally {
		archive.close();
	}
}

function distInfoOf(archive: WheelArchive, name: WheelName, wheel: string): string {
	const folders = archive.members.map(member => /^([^/]+\.dist-info)\//.exec(member.name)?.[1]);
	const [folder, another] = new Set(folders.filter(found => found !== undefined));
	if (folder === undefined || another !== undefined) {
		throw refusal(wheel, 'WHEEL_METADATA', folder ? `it has ${folder} and ${another}` : 'it has no dist-info folder');
	}

	const [, found = '', version = ''] = /^(.+?)-([^-]*)\.dist-info$/.exec(folder) ?? [];
	if (normalizedName(found) !== normalizedName(name.name) || !sameVersion(version, name.version)) {
		throw refusal(wheel, 'WHEEL_METADATA', `its metadata lie in ${folder}, which is another's name or version`);
	}

	return folder;
}

async function metadataOf(
	archive: WheelArchive,
	distInfo: string,
	name: WheelName,
	wheel: string,
): Promise<ProjectMetadata> {
	const metadata = decodeCoreMetadata(await textOf(archive, `${distInfo}/METADATA`));
	if (normalizedName(metadata.name) !== normalizedName(name.name) || !sameVersion(metadata.version, name.version)) {
		throw refusal(
			wheel,
			'WHEEL_METADATA',
			`its METADATA is that of ${metadata.name || 'nobody'} ${metadata.version || 'without a version'}`,
		);
	}

	return metadata;
}

/** File names escape versions: `-` and sometimes `+` stand as `_`. */
function sameVersion(one: string, other: string): boolean {
	const plain = (version: string) => version.replaceAll('_', '-');
	const [a, b] = [plain(one), plain(other)];
	return (
		a === b ||
		(valid(a) !== null && valid(b) !== null && compare(a, b) === 0) ||
		a.replaceAll('+', '-') === b.replaceAll('+', '-')
	);
}

async function scriptsOf(archive: WheelArchive, distInfo: string): Promise<string[]> {
	const points = decodeEntryPoints(await textOf(archive, `${distInfo}/entry_points.txt`));
	const plain = archive.members.map(member => /^[^/]+\.data\/scripts\/([^/]+)$/.exec(member.name)?.[1]);
	const names = points.filter(point => /^(?:console|gui)_scripts$/.test(point.group)).map(point => point.name);
	return [...new Set([...names, ...plain.filter(name => name !== undefined)])].sort();
}

/** Empty where there is no such member. */
async function textOf(archive: WheelArchive, name: string): Promise<string> {
	const member = archive.members.find(candidate => candidate.name === name);
	return member ? Buffer.from(await archive.read(member)).toString('utf8') : '';
}

/** What was built here has no digest that anybody else knows; the order and times of its members say nothing. */
function contentDigest(hashes: ReadonlyMap<string, string>, distInfo: string): string {
	const hash = createHash('sha256');
	const rows = [...hashes].filter(([name]) => name !== `${distInfo}/RECORD`);
	for (const [name, sha256] of rows.sort(([one], [other]) => compareBytes(one, other))) {
		hash.update(`${sha256}  ${name}\n`);
	}

	return hash.digest('hex');
}
