import {RelocationError} from '../../model/errors.ts';
import {type InstallPath, isWithin, linkDestination, nameOf, parentOf, relativeTarget} from '../../model/paths.ts';
import type {LinkEntry} from '../../model/tree.ts';
import {movePath} from '../moved.ts';
import {asInstalled} from '../place.ts';
import type {Place, Rule} from '../rule.ts';

/** A link stays relative inside the prefix. One thing may lie outside: the target's interpreter, which is declared. */
export const links: Rule = {
	name: 'links',
	because: 'a link to where the venv was made, or to the interpreter that made it, dangles where it is installed',
	applies: entry => entry.kind === 'link',
	rewrite(entry, place) {
		if (entry.kind !== 'link') {
			return entry;
		}

		const target = entry.target.startsWith('/') ? ofAbsolute(entry, place) : ofRelative(entry, place);
		return target === entry.target ? entry : {...entry, target};
	},
};

function ofAbsolute(link: LinkEntry, place: Place): string {
	if (isBuilderPython(link.target, place)) {
		return place.python.target;
	}

	const moved = asInstalled(movePath(link.target, place.moves));
	return moved === undefined ? refuse(link, place) : settled(link, moved, place);
}

function ofRelative(link: LinkEntry, place: Place): string {
	const destination = linkDestination(link.path, link.target);
	if (!climbsOut(link) && isWithin(destination, place.prefix)) {
		return link.target;
	}

	// Out of the prefix, and so perhaps out of the stage: then it is a path of the builder.
	const stages = place.moves.filter(({what}) => what === 'stage');
	const onBuilder = stages.map(({from}) => linkDestination(`${from}${link.path}` as InstallPath, link.target));
	const isPython = destination === place.python.target || onBuilder.some(path => isBuilderPython(path, place));
	return isPython ? place.python.target : refuse(link, place);
}

/** Whether the text goes up further than the root, where the stage and the target part ways. */
function climbsOut(link: LinkEntry): boolean {
	const depth = parentOf(link.path).split('/').filter(Boolean).length;
	return link.target.split('/').filter(part => part === '..').length > depth;
}

function settled(link: LinkEntry, destination: InstallPath, place: Place): string {
	if (destination === place.python.target) {
		return destination;
	}

	if (!isWithin(destination, place.prefix)) {
		return refuse(link, place);
	}

	return relativeTarget(parentOf(link.path), destination);
}

/** By any of its names: `python3.11`, `python3`, `python`. */
function isBuilderPython(path: string, {python}: Place): boolean {
	const names = ['python', 'python3', `python${python.minor}`];
	const bins = [parentOf(python.builder as string as InstallPath), `${python.builderPrefix}/bin`];
	return (
		path === python.builder ||
		(bins.includes(parentOf(path as InstallPath)) && names.includes(nameOf(path as InstallPath)))
	);
}

function refuse(link: LinkEntry, place: Place): never {
	throw new RelocationError(`${link.path} is a link to ${link.target}, outside ${place.prefix}`, {
		code: 'LINK_ESCAPES',
		path: link.path,
		rule: 'links',
		hint: 'what a package links to must lie in it: copy the file into the tree (a hook can), or remove the link',
	});
}
