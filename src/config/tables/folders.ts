import * as v from 'valibot';
import type {Table} from '../table.ts';

/** A folder, as `[[folders]]` describes it. */
export interface FoldersTable {
	readonly path: string;
	readonly mode?: string | undefined;
	readonly owner?: string | undefined;
	readonly group?: string | undefined;
	readonly formats?: readonly string[] | undefined;
}

const text = (description: string) => v.optional(v.pipe(v.string(), v.description(description)));

export const folders: Table<FoldersTable> = {
	schema: v.strictObject({
		path: v.pipe(v.string(), v.description('Where it is installed.')),
		mode: text('Permission bits, in octal. Default: 0755.'),
		owner: text('A user. Default: root.'),
		group: text('Default: root.'),
		formats: v.optional(
			v.pipe(v.array(v.string()), v.minLength(1), v.description('Only for these formats. Default: every one.')),
		),
	}),
	many: true,
	description: 'A folder that the package makes, empty.',
	example: ['path = "/var/lib/app"', 'mode = "0750"'],
};
