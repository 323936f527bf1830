import type {Additions} from '../model/additions.ts';
import type {CarriedPart} from '../model/carried-part.ts';
import type {Distribution} from '../model/metadata.ts';
import type {Plan} from '../model/plan.ts';
import type {ReadContent} from '../model/staged.ts';
import type {Entry, Tree} from '../model/tree.ts';
import type {DistInfo} from './dist-info.ts';

/** What is known when it is decided what a package holds beside its venv. */
export interface Ground {
	readonly plan: Plan;
	/** The relocated venv. */
	readonly tree: Tree;
	readonly distributions: readonly Distribution[];
	/** The dist-info folders of the tree. */
	readonly infos: readonly DistInfo[];
	/** What was taken from the project for `plan.files`, in their order. */
	readonly taken: readonly Entry[];
	/** What came along of the builder. */
	readonly carried: readonly CarriedPart[];
	readonly read: ReadContent;
	/** Of venvpack itself. */
	readonly version: string;
}

/** One kind of thing that a package holds beside its venv. Adding one is a file beside this one, and a line in additions.ts. */
export interface Addition {
	/** As messages name what it adds, such as `a unit`. */
	readonly name: string;
	/** Throws a ConfigError where the plan asks for what cannot be. */
	of(ground: Ground): Partial<Additions>;
}
