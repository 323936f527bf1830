import type {DynamicString, Elf} from '../../codecs/elf.ts';
import {isSharedString, placeRunpath, removeRunpath} from '../../codecs/elf-runpath.ts';
import {RelocationError} from '../../model/errors.ts';
import {below, type InstallPath, isWithin, linkDestination, parentOf, relativeTarget} from '../../model/paths.ts';
import {isSharedFolder} from '../../model/shared-folders.ts';
import type {FileEntry, Patch} from '../../model/tree.ts';
import {elfOf, unlessDamaged} from '../elf-file.ts';
import {movePath} from '../moved.ts';
import {isBinary} from '../place.ts';
import type {Place, Rule} from '../rule.ts';

/** Where every loader looks without being told: a RUNPATH that says so only comes before what the administrator set up. */
const searchedAnyway = /^\/(?:usr\/)?lib(?:64)?(?:\/[a-z0-9_]+-linux-gnu[a-z0-9]*)?\/?$/;

/** There an entry of the dynamic section (DT_MIPS_RLD_MAP_REL) counts from its own place, so none may move. */
const mips = 8;

/** Of the interpreter: nothing else will do in its place, and no package of a distribution has it for this one. */
const libpython = /^libpython3\./;

/**
 * Where a library looks for others: entries below the stage become relative to it, those of the builder's
 * interpreter and build folders go, since the target's loader knows where its own libraries are. With an interpreter
 * come libraries: what was made here or came along looks for them in `lib` of the prefix first, by `$ORIGIN`, so that
 * the tree may lie anywhere. All in place: no byte of the file moves.
 * Throws a RelocationError (RUNPATH_NO_ROOM) for a file that cannot be led to a library that came along for it.
 */
export const runpath: Rule = {
	name: 'runpath',
	because: 'a library that was linked here looks for others in folders of the builder',
	applies: isBinary,
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const elf = elfOf(place.bytes(entry));
		const patches = elf ? (unlessDamaged(() => patchesOf(elf, entry, place)) ?? []) : [];
		return patches.length === 0 ? entry : {...entry, content: {kind: 'patched', source: entry.content, patches}};
	},
};

/** A damaged table cannot be asked: then nothing is touched, and the leak audit tells. */
function patchesOf(elf: Elf, entry: FileEntry, place: Place): readonly Patch[] {
	const found = elf.runpath ?? elf.rpath;
	const needed = carriedFor(elf, place);
	if (!found && needed.length === 0) {
		return [];
	}

	const after = [...new Set(foldersFor(elf, {path: entry.path, needed, place}))].join(':');
	const text = after === '' && elf.machine === mips ? '$ORIGIN' : after;
	if (after === found?.text) {
		return [];
	}

	if (found && (text === '' || needed.length === 0)) {
		return isSharedString(elf, found) ? [] : inPlace(elf, found, text);
	}

	const isCarried = place.carried.has(entry.path);
	// All that came along needs came along with it: other folders may go.
	const texts = isCarried ? [text, relativeFolder(entry.path, below(place.prefix, 'lib'))] : [text];
	const changes = texts.map(one => placeRunpath(elf, one));
	const change = changes.find(({fits}) => fits) ?? changes.at(-1);
	if (change && !change.fits && (isCarried || needed.some(soname => libpython.test(soname)))) {
		throw noRoom(entry.path, {...change, text: texts.at(-1) ?? '', needed});
	}

	return change?.fits ? change.patches : [];
}

/** Nothing that came along is at stake: what has no room stays, and the leak audit tells. */
function inPlace(elf: Elf, found: DynamicString, text: string): readonly Patch[] {
	if (text === '') {
		return removeRunpath(elf, found);
	}

	const change = Buffer.byteLength(text) > found.size ? undefined : placeRunpath(elf, text);
	return change?.fits ? change.patches : [];
}

/** The libraries that it needs and that lie in `lib` of the prefix because they came along. */
function carriedFor({needed}: Elf, {carried, prefix}: Place): string[] {
	return needed.filter(soname => !soname.includes('/') && carried.has(below(prefix, `lib/${soname}`)));
}

interface Folders {
	readonly path: InstallPath;
	readonly needed: readonly string[];
	readonly place: Place;
}

function foldersFor(elf: Elf, {path, needed, place}: Folders): string[] {
	const before = (elf.runpath ?? elf.rpath)?.text.split(':') ?? [];
	const after = before.flatMap(folder => movedFolder(folder, path, place));
	const lib = below(place.prefix, 'lib');
	const isThere = after.some(folder => searched(folder, path) === lib);
	return needed.length === 0 || isThere ? after : [relativeFolder(path, lib), ...after];
}

function movedFolder(folder: string, path: InstallPath, place: Place): string[] {
	const move = place.moves.find(({from}) => isWithin(folder, from));
	if (!move || (move.what === 'interpreter' && place.layout.bundle && isSharedFolder(move.from))) {
		return searchedAnyway.test(folder) ? [] : [folder];
	}

	const isOurs = move.what === 'stage' || (move.what === 'interpreter' && place.layout.bundle !== undefined);
	const moved = linkDestination(path, movePath(folder, place.moves));
	return isOurs && isWithin(moved, place.prefix) ? [relativeFolder(path, moved)] : [];
}

function relativeFolder(path: InstallPath, folder: InstallPath): string {
	const relative = relativeTarget(parentOf(path), folder);
	return relative === '.' ? '$ORIGIN' : `$ORIGIN/${relative}`;
}

/** Where the loader looks by an entry of a RUNPATH; undefined for what it decides as it runs. */
function searched(folder: string, path: InstallPath): InstallPath | undefined {
	const own = /^\$(?:ORIGIN|\{ORIGIN\})(\/.*)?$/.exec(folder);
	return own ? linkDestination(path, `.${own[1] ?? ''}`) : undefined;
}

interface Lack {
	readonly lacks: 'entry' | 'string';
	readonly bytes: number;
	readonly text: string;
	readonly needed: readonly string[];
}

function noRoom(path: InstallPath, {lacks, bytes, text, needed}: Lack): RelocationError {
	const where = lacks === 'entry' ? 'in its dynamic section' : 'among its strings';
	return new RelocationError(
		`${path} needs ${needed.join(', ')}, which came along, and has no room for the RUNPATH ${text}: ${bytes} bytes lack ${where}`,
		{
			code: 'RUNPATH_NO_ROOM',
			path,
			rule: 'runpath',
			hint: `run patchelf --set-rpath '${text}' on the file that it was copied from, which may move its bytes; or leave out --bundle-python`,
		},
	);
}
