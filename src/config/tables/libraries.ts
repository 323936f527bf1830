import * as v from 'valibot';
import type {Table} from '../table.ts';

/** What is said of shared libraries, as `[libraries]` describes it. */
export interface LibrariesTable {
	readonly declare?: Readonly<Record<string, string | DeclaredTable>> | undefined;
	readonly ignore?: readonly string[] | undefined;
}

interface DeclaredTable {
	readonly deb?: string | undefined;
	readonly rpm?: string | undefined;
}

const relation = (description: string) => v.pipe(v.string(), v.regex(/\S/), v.description(description));
const soname = v.pipe(v.string(), v.regex(/^\S+$/));

export const libraries: Table<LibrariesTable> = {
	schema: v.strictObject({
		declare: v.optional(
			v.pipe(
				v.record(
					soname,
					v.union([
						relation('For every format.'),
						v.strictObject({
							deb: v.optional(relation('For a deb, such as "libfoo1 (>= 1.2)".')),
							rpm: v.optional(relation('For an rpm, such as "foo-libs >= 1.2".')),
						}),
					]),
				),
				v.description('By soname, the package that brings it, in place of what the distribution’s own data say.'),
			),
		),
		ignore: v.optional(
			v.pipe(v.array(soname), v.description('Sonames that the package does not ask for; * and ? as in file names.')),
		),
	}),
	many: false,
	description: 'Shared libraries that files of the environment need and that are not in it.',
	example: ['declare = {"libfoo.so.1" = "libfoo1 (>= 1.2)"}', 'ignore = ["libcuda.so.*"]'],
};
