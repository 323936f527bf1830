import type {Format} from '../../formats/format.ts';
import type {Compression, FormatPlan} from '../../model/plan.ts';
import type {FormatWishes} from '../../model/recipe.ts';
import {targets} from '../../model/targets.ts';
import type {Content, Tree} from '../../model/tree.ts';

/** How an artifact was packed: what its bytes show of it, and what its recipe says besides. */
export function packingOf(format: Format, tree: Tree, wishes: FormatWishes): FormatPlan {
	const {target, compression} = choiceOf(format, methodIn(tree));
	const defaults = Object.fromEntries(Object.entries(format.settings).map(([key, value]) => [key, value.default]));
	const isAsked = wishes.compression === undefined || wishes.compression === compression.method;
	const level = isAsked && compression.method !== 'none' ? wishes.level : undefined;
	return {
		name: format.name,
		target,
		settings: {...defaults, ...wishes.settings[format.name]},
		compression: {method: compression.method, level: level ?? compression.level},
	};
}

/** A target says what a package may be compressed with, and nothing of it stands in the bytes: any that fits will do. */
function choiceOf(format: Format, method: string | undefined): Pick<FormatPlan, 'target' | 'compression'> {
	const choices = targets
		.filter(({packager}) => format.packager === undefined || packager === format.packager)
		.flatMap(target => format.compressions(target).map(compression => ({target, compression})));
	const [first] = choices;
	if (first === undefined) {
		throw new RangeError(`no target takes ${format.name}`);
	}

	return choices.find(({compression}) => compression.method === method) ?? first;
}

/** By the first file that lies packed in the artifact; undefined where none does. */
function methodIn({entries}: Tree): Compression['method'] | undefined {
	for (const entry of entries) {
		const packing = entry.kind === 'file' ? packingIn(entry.content) : undefined;
		const method = (['zstd', 'xz', 'gzip', 'none'] as const).find(known => known === packing);
		if (method !== undefined) {
			return method;
		}
	}

	return undefined;
}

function packingIn(content: Content): string | undefined {
	return content.kind === 'packed' ? content.stretch.compression : undefined;
}
