import type {BundleSizes, Size} from '../../model/bundle-sizes.ts';
import type {BundlePart} from '../../model/layout.ts';
import {partsOf, withNeeded} from './parts.ts';
import type {Selected} from './selection.ts';

export interface Trimmed {
	readonly kept: readonly Selected[];
	readonly sizes: Omit<BundleSizes, 'libraries'>;
}

/** `needed`: paths that stay whatever they are part of, such as the libpython that the interpreter loads. */
export function trim(selected: readonly Selected[], keep: readonly BundlePart[], needed: ReadonlySet<string>): Trimmed {
	const kept: Selected[] = [];
	const left = new Map<BundlePart, Size>();
	const wanted = withNeeded(keep);
	for (const one of selected) {
		const part = needed.has(one.to) ? undefined : partsOf(one.to).find(name => !wanted.has(name));
		if (part === undefined) {
			kept.push(one);
		} else {
			left.set(part, sum([one], left.get(part)));
		}
	}

	const largestFirst = [...left].sort(([, one], [, other]) => other.bytes - one.bytes);
	return {kept, sizes: {whole: sum(selected), kept: sum(kept), left: Object.fromEntries(largestFirst)}};
}

/** What is to be kept and is not there: Debian has IDLE, tkinter and headers in packages of their own. */
export function lackingOf(selected: readonly Selected[], keep: readonly BundlePart[]): BundlePart[] {
	// Without its wheels ensurepip installs nothing.
	const mark = selected.filter(({to}) => to.endsWith('.whl') || !to.includes('/ensurepip/'));
	const there = new Set(mark.flatMap(({to}) => partsOf(to)));
	return keep.filter(part => !there.has(part));
}

/** A link weighs nothing. */
function sum(selected: readonly Selected[], from: Size = {files: 0, bytes: 0}): Size {
	return selected.reduce(
		({files, bytes}, {size, isLink}) => ({files: files + 1, bytes: bytes + (isLink ? 0 : size)}),
		from,
	);
}
