import * as v from 'valibot';
import type {Table} from '../table.ts';
import {choice, flag, text, texts, type UnitTable, unitKeys} from './unit-keys.ts';

/** A service of systemd, as `[[service]]` describes it. */
export interface ServiceTable extends UnitTable {
	readonly command: readonly string[];
	readonly type?: 'simple' | 'exec' | 'forking' | 'oneshot' | 'notify' | 'dbus' | 'idle' | undefined;
	readonly user?: string | undefined;
	readonly group?: string | undefined;
	readonly environment?: Readonly<Record<string, string>> | undefined;
	readonly 'environment-file'?: string | undefined;
	readonly 'working-directory'?: string | undefined;
	readonly state?: readonly string[] | undefined;
	readonly logs?: readonly string[] | undefined;
	readonly cache?: readonly string[] | undefined;
	readonly config?: readonly string[] | undefined;
	readonly runtime?: readonly string[] | undefined;
	readonly restart?: 'no' | 'always' | 'on-success' | 'on-failure' | 'on-abnormal' | 'on-abort' | undefined;
	readonly hardening?: boolean | undefined;
}

export const service: Table<ServiceTable> = {
	schema: v.strictObject({
		...unitKeys,
		command: v.pipe(
			v.array(v.string()),
			v.minLength(1),
			v.description('Program and arguments; the program is a script of the package, or an absolute path.'),
		),
		type: choice(
			['simple', 'exec', 'forking', 'oneshot', 'notify', 'dbus', 'idle'],
			'How systemd knows that it runs. Default: simple.',
		),
		user: text("Who runs it: an account that the package makes. Default: the package's name."),
		group: text("Default: the user's own."),
		environment: v.optional(v.pipe(v.record(v.string(), v.string()), v.description('Variables of its environment.'))),
		'environment-file': text('A file of variables, such as /etc/default/app; it may be missing.'),
		'working-directory': text('Where it runs. Default: the root folder.'),
		state: texts('Folders of its own in /var/lib.'),
		logs: texts('Folders of its own in /var/log.'),
		cache: texts('Folders of its own in /var/cache.'),
		config: texts('Folders of its own in /etc.'),
		runtime: texts('Folders of its own in /run.'),
		restart: choice(
			['no', 'always', 'on-success', 'on-failure', 'on-abnormal', 'on-abort'],
			'When systemd starts it again. Default: on-failure; no for a oneshot.',
		),
		hardening: flag('Whether it gets the hardening of docs/how-to/services.md. Default: true.'),
	}),
	many: true,
	description: 'A service of systemd.',
	example: ['command = ["app", "--port", "8000"]', 'state = ["app"]'],
};
