import {tomlString} from '../../codecs/toml.ts';
import type {Companion} from '../../model/companion.ts';
import type {NewPackage} from '../../model/package.ts';
import type {OwnOptions} from '../format.ts';
import {comment} from '../lint/comment.ts';
import {TreeTraits} from '../lint/tree-traits.ts';
import {rpmExceptions} from './lint-exceptions.ts';

/**
 * What rpmlint is to pass over in a package, `rpmlint -c FILE`: it cannot be told from inside. Each filter that applies to
 * the tree has its reason above it.
 */
export function rpmlintFilters(pkg: NewPackage, options: OwnOptions, stem: string): Companion {
	const ground = {pkg, options, traits: new TreeTraits(pkg.tree)};
	const lines = rpmExceptions
		.filter(exception => exception.applies(ground))
		.flatMap(({tags, because}) => [...comment(because), ...tags.map(tag => `${tomlString(`: [EW]: ${tag}( |$)`)},\n`)]);
	const head = comment(
		`What rpmlint says of ${stem} and venvpack leaves as it is, each with the reason. Use it so: rpmlint -c THIS_FILE PACKAGE`,
	);
	const text = [...head, 'Filters = [\n', ...lines.map(line => `\t${line}`), ']\n'].join('');
	return {name: `${stem}.rpmlint.toml`, bytes: Buffer.from(text)};
}
