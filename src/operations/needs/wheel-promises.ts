import {glibcOf, isNewer} from '../../check/glibc-floor.ts';
import {decodeRecord} from '../../codecs/record.ts';
import {decodeWheelName} from '../../codecs/wheel-name.ts';
import {readContent} from '../../host/read.ts';
import type {Listener} from '../../model/events.ts';
import type {Distribution} from '../../model/metadata.ts';
import {type InstallPath, installPath, nameOf, parentOf} from '../../model/paths.ts';
import type {ElfFile} from '../../model/survey.ts';
import type {FileEntry, Tree} from '../../model/tree.ts';
import type {TreeNeeds} from './tree-needs.ts';

/** PEP 600: what manylinux was called before it took glibc's version. */
const oldNames: Readonly<Record<string, string>> = {
	manylinux1: '2.5',
	manylinux2010: '2.12',
	manylinux2014: '2.17',
};

/** The oldest glibc that the tags of a wheel promise to be enough, such as `2.17`; empty where they promise nothing. */
export function promisedGlibc(wheel: string): string {
	const versions = (decodeWheelName(wheel)?.platforms ?? []).flatMap(platform => {
		const [, major, minor, old = ''] = /^manylinux_(\d+)_(\d+)_|^(manylinux\d+)_/.exec(platform) ?? [];
		return major === undefined ? (oldNames[old] ?? []) : [`${major}.${minor}`];
	});
	return versions.reduce((lowest, one) => (lowest === '' || isNewer(lowest, one) ? one : lowest), '');
}

/**
 * Warns (WHEEL_GLIBC) of wheels with a file that asks for a newer glibc than their tags promise. What the file asks for is the
 * truth, and what the package asks for: a wheel with such tags is installed where it cannot be loaded.
 */
export function tellBrokenPromises(
	{elf, places}: TreeNeeds,
	{tree, distributions}: {readonly tree: Tree; readonly distributions: readonly Distribution[]},
	listener: Listener,
): void {
	const asking = elf.files.filter(file => places.wanted.has(file) && glibcOf(file) !== '');
	const promises = distributions.map(one => ({...one, promised: promisedGlibc(one.wheel)}));
	const broken = promises.filter(({promised}) => {
		return promised !== '' && asking.some(file => isNewer(glibcOf(file), promised));
	});
	for (const {name, wheel, promised} of broken) {
		const own = filesOf(wheel, tree);
		const worst = asking
			.filter(file => own.has(file.path) && isNewer(glibcOf(file), promised))
			.reduce<ElfFile | undefined>(
				(one, other) => (one && !isNewer(glibcOf(other), glibcOf(one)) ? one : other),
				undefined,
			);
		if (worst) {
			listener({
				kind: 'warning',
				code: 'WHEEL_GLIBC',
				message: `the tags of ${name} (${wheel}) promise that glibc ${promised} is enough, and ${worst.path} asks for ${glibcOf(worst)}`,
			});
		}
	}
}

/** What the RECORD of a wheel says that it brought. */
function filesOf(wheel: string, tree: Tree): ReadonlySet<InstallPath> {
	const {name, version} = decodeWheelName(wheel) ?? {name: '', version: ''};
	const folder = `${name}-${version}.dist-info`.toLowerCase();
	const record = tree.entries.find(
		(entry): entry is FileEntry =>
			entry.kind === 'file' && nameOf(entry.path) === 'RECORD' && nameOf(parentOf(entry.path)).toLowerCase() === folder,
	);
	if (record === undefined) {
		return new Set();
	}

	const base = parentOf(parentOf(record.path));
	const text = Buffer.from(readContent(record.content)).toString('utf8');
	const inside = decodeRecord(text).filter(({path}) => path !== '' && !path.startsWith('/') && !path.includes('..'));
	return new Set(inside.map(({path}) => installPath(`${base}/${path}`)));
}
