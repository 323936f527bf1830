import {isNewer} from '../../check/glibc-floor.ts';
import {chooseCompression} from '../../config/compression.ts';
import type {Format} from '../../formats/format.ts';
import type {Compression, FormatPlan} from '../../model/plan.ts';
import type {FormatWishes} from '../../model/recipe.ts';
import type {Target} from '../../model/target.ts';
import {targets} from '../../model/targets.ts';
import {type Content, sizeOf, type Tree} from '../../model/tree.ts';

/**
 * How an artifact was packed: what its bytes show of it, and what its recipe says besides.
 * Throws a ConfigError (COMPRESSION_LEVEL) for a level that the method does not have.
 */
export function packingOf(format: Format, tree: Tree, wishes: FormatWishes): FormatPlan {
	const found = methodIn(tree);
	const target = targetFor(format, found, wishes);
	const defaults = Object.fromEntries(Object.entries(format.settings).map(([key, value]) => [key, value.default]));
	const isAsked = wishes.compression === undefined || wishes.compression === found;
	const {level} = wishes;
	const place = {origin: 'recipe', named: 'the recipe: level', file: undefined, key: 'level'};
	return {
		name: format.name,
		target,
		settings: {...defaults, ...wishes.settings[format.name]},
		compression: chooseCompression(format, target, {
			method: found === undefined ? undefined : {value: found, place},
			level: isAsked && level !== undefined ? {value: level, place} : undefined,
		}),
	};
}

/** The recipe names it. One of an older venvpack does not, and then it says only what a package may be compressed with. */
function targetFor(format: Format, method: string | undefined, wishes: FormatWishes): Target {
	// Which of them an archive was for is not said: the one with the newest glibc takes whatever was built for another.
	const [named] = targets
		.filter(({id, packager}) => id === wishes.targets?.[packager])
		.filter(({packager}) => format.packager === undefined || packager === format.packager)
		.sort((one, other) => (isNewer(one.glibc, other.glibc) ? -1 : 1));
	if (named) {
		return named;
	}

	const fitting = targets.filter(({packager}) => format.packager === undefined || packager === format.packager);
	const reading = fitting.find(target => format.compressions(target).some(known => known.method === method));
	const target = reading ?? fitting[0];
	if (target === undefined) {
		throw new RangeError(`no target takes ${format.name}`);
	}

	return target;
}

/** By the first file that lies packed in the artifact, an empty one apart, which zip does not pack; undefined where none does. */
function methodIn({entries}: Tree): Compression['method'] | undefined {
	for (const entry of entries) {
		const packing = entry.kind === 'file' && sizeOf(entry.content) > 0 ? packingIn(entry.content) : undefined;
		const method = (['zstd', 'xz', 'gzip', 'deflate', 'none'] as const).find(known => known === packing);
		if (method !== undefined) {
			return method;
		}
	}

	return undefined;
}

function packingIn(content: Content): string | undefined {
	return content.kind === 'packed' ? content.stretch.compression : undefined;
}
