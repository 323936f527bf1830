import {type InstallPath, nameOf} from '../model/paths.ts';
import type {SummaryLoad} from '../model/summary.ts';
import type {Survey} from '../model/survey.ts';
import type {Tree} from '../model/tree.ts';

/** Of each library. */
const mostInside = 5;

/**
 * The libraries that a tree may load by their names and that no ELF file of it asks for; those that are not inside first,
 * then those that most files name.
 */
export function possibleLoads({elf, loads}: Pick<Survey, 'elf' | 'loads'>, tree: Tree): readonly SummaryLoad[] {
	const needed = new Set(elf.flatMap(file => file.needed.flatMap(namesOf)));
	const inside = new Map<string, InstallPath[]>();
	for (const {name} of loads.filter(load => !needed.has(base(load.name)))) {
		inside.set(base(name), []);
	}

	for (const {kind, path} of tree.entries) {
		for (const paths of kind === 'directory' ? [] : namesOf(nameOf(path)).map(name => inside.get(name) ?? [])) {
			if (paths.length < mostInside) {
				paths.push(path);
			}
		}
	}

	return loads
		.flatMap(load => {
			const places = inside.get(base(load.name));
			return places ? [{...load, inside: places}] : [];
		})
		.sort((a, b) => rank(a) - rank(b) || b.files - a.files || (a.name < b.name ? -1 : 1));
}

/** A load may name a folder with it. */
function base(name: string): string {
	return name.slice(name.lastIndexOf('/') + 1);
}

/** What a file can be meant by: `libz.so.1.2` by itself and, as any version, by `libz.so`. */
function namesOf(name: string): string[] {
	const at = name.indexOf('.so.');
	return at < 0 ? [name] : [name, name.slice(0, at + '.so'.length)];
}

function rank({inside}: SummaryLoad): number {
	return inside.length === 0 ? 0 : 1;
}
