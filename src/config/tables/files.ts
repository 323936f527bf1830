import * as v from 'valibot';
import type {Table} from '../table.ts';

/** A file, several, or a link, as `[[files]]` describes it. */
export interface FilesTable {
	readonly path: string;
	readonly source?: string | undefined;
	readonly type?: 'file' | 'conffile' | 'doc' | 'license' | 'ghost' | 'link' | undefined;
	readonly target?: string | undefined;
	readonly mode?: string | undefined;
	readonly owner?: string | undefined;
	readonly group?: string | undefined;
	readonly formats?: readonly string[] | undefined;
}

const text = (description: string) => v.optional(v.pipe(v.string(), v.description(description)));

export const files: Table<FilesTable> = {
	schema: v.strictObject({
		path: v.pipe(v.string(), v.description('Where it is installed; a folder where it ends with a slash.')),
		source: text('A file, a folder or a glob, relative to the folder of the configuration.'),
		type: v.optional(
			v.pipe(
				v.picklist(['file', 'conffile', 'doc', 'license', 'ghost', 'link']),
				v.description('What it is to a package manager. Default: conffile below /etc, else file.'),
			),
		),
		target: text('What a link leads to.'),
		mode: text('Permission bits, in octal. Default: 0755 for what may be executed, else 0644.'),
		owner: text('A user. Default: root.'),
		group: text('Default: root.'),
		formats: v.optional(
			v.pipe(v.array(v.string()), v.minLength(1), v.description('Only for these formats. Default: every one.')),
		),
	}),
	many: true,
	description: 'A file of the project that is installed outside of the environment.',
	example: ['source = "deploy/app.conf"', 'path = "/etc/app/app.conf"', 'mode = "0640"'],
};
