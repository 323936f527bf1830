import * as v from 'valibot';
import type {Table} from '../table.ts';
import {flag, text, texts, type UnitTable, unitKeys} from './unit-keys.ts';

/** A timer of systemd, as `[[timer]]` describes it. */
export interface TimerTable extends UnitTable {
	readonly service?: string | undefined;
	readonly 'on-calendar'?: readonly string[] | undefined;
	readonly 'on-boot'?: string | undefined;
	readonly persistent?: boolean | undefined;
	readonly 'randomized-delay'?: string | undefined;
}

export const timer: Table<TimerTable> = {
	schema: v.strictObject({
		...unitKeys,
		service: text('The service that it starts. Default: the one of its own name.'),
		'on-calendar': texts('When, such as "daily" or "Mon..Fri 06:00": see systemd.time(7).'),
		'on-boot': text('How long after the start of the machine, such as "10min".'),
		persistent: flag('Whether a time that passed while the machine was off is made up for. Default: with on-calendar.'),
		'randomized-delay': text('The longest time that is waited besides, such as "1h".'),
	}),
	many: true,
	description: 'A timer of systemd.',
	example: ['service = "app-cleanup"', 'on-calendar = ["daily"]'],
};
