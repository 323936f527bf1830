import {RelocationError} from '../../model/errors.ts';
import {below, type InstallPath, isWithin, linkDestination, parentOf, relativeTarget} from '../../model/paths.ts';
import {movePath} from '../moved.ts';
import {isSitePackages} from '../place.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';

/**
 * The lines of a .pth file are folders for sys.path, but for comments and for code (`import …`): see CPython's
 * Lib/site.py, addpackage.
 */
export const pth: Rule = {
	name: 'pth',
	because: 'its lines put folders of the builder on the path of modules',
	applies: (entry, {prefix}) =>
		entry.kind === 'file' && entry.path.endsWith('.pth') && isSitePackages(parentOf(entry.path), prefix),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const text = Buffer.from(place.bytes(entry)).toString('latin1');
		const moved = text.replace(/[^\r\n]+/g, line => (isFolder(line) ? movedFolder(line, entry.path, place) : line));
		return moved === text ? entry : withBytes(entry, place, Buffer.from(moved, 'latin1'));
	},
};

function isFolder(line: string): boolean {
	return line.trim() !== '' && !/^(?:#|import[ \t])/.test(line);
}

function movedFolder(line: string, path: InstallPath, place: Place): string {
	const folder = line.trimEnd();
	const moved = movePath(folder, place.moves);
	const destination = linkDestination(below(parentOf(path), '_'), moved);
	if (!isWithin(destination, place.prefix)) {
		throw new RelocationError(`${path} puts ${folder} on the path of modules, which lies outside ${place.prefix}`, {
			code: 'PTH_OUTSIDE',
			path,
			rule: 'pth',
			hint: 'an editable install or a link to a checkout leaves such a line: install that project as a wheel',
		});
	}

	// CPython joins a relative one to the folder of the file.
	return place.layout.relocatable && moved.startsWith('/') ? relativeTarget(parentOf(path), destination) : moved;
}
