import type {OpenedPackage} from '../../model/package.ts';
import type {Survey} from '../../model/survey.ts';

/** An artifact whose files were read. */
export interface Surveyed extends OpenedPackage {
	readonly survey: Survey;
}

/** The two sides of a comparison. */
export interface Pair {
	readonly a: Surveyed;
	readonly b: Surveyed;
}

/** What only some formats have words for is compared within one format. */
export function isSameFormat({a, b}: Pair): boolean {
	return a.format === b.format;
}
