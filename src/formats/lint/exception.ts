import type {NewPackage} from '../../model/package.ts';
import type {OwnOptions} from '../format.ts';
import type {TreeTraits} from './tree-traits.ts';

/** What a linter is told not to say of a package, because it is the policy of a distribution for its own packages only. */
export interface LintException {
	/** As the linter names it. */
	readonly tags: readonly string[];
	/** Of what packages, in a few words; the docs are made of it. */
	readonly when: string;
	/** Why it is no fault of a vendor's package. One or two sentences. */
	readonly because: string;
	applies(ground: LintGround): boolean;
}

export interface LintGround {
	readonly pkg: NewPackage;
	readonly options: OwnOptions;
	readonly traits: TreeTraits;
}
