import type {NewPackage} from '../../model/package.ts';
import type {OwnOptions} from '../format.ts';
import {comment} from '../lint/comment.ts';
import {TreeTraits} from '../lint/tree-traits.ts';
import {debExceptions} from './lint-exceptions.ts';

/**
 * The overrides of a package for lintian: each tag that applies to its tree, its reason in a comment above it. Empty where
 * there is none.
 */
export function overridesFile(pkg: NewPackage, options: OwnOptions): string {
	const ground = {pkg, options, traits: new TreeTraits(pkg.tree)};
	return debExceptions
		.filter(exception => exception.applies(ground))
		.map(({tags, because}) => [...comment(because), ...tags.map(tag => `${pkg.metadata.name}: ${tag}\n`)].join(''))
		.join('\n');
}
