import * as v from 'valibot';
import type {Table} from '../table.ts';
import {policyKeys, type UnitTable} from './unit-keys.ts';

/** A unit that the user wrote, as `[[unit]]` names it. */
export interface WrittenUnitTable extends Pick<UnitTable, 'enable' | 'start' | 'on-upgrade'> {
	readonly file: string;
}

export const unit: Table<WrittenUnitTable> = {
	schema: v.strictObject({
		file: v.pipe(v.string(), v.description('Where it lies, relative to the folder of this file; its name stays.')),
		...policyKeys,
	}),
	many: true,
	description: 'A unit of systemd that is written already.',
	example: ['file = "packaging/app.service"'],
};
