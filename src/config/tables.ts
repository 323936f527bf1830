import type {Table} from './table.ts';

/** The tables of a configuration: a list for each that may stand several times, else the one, or undefined. */
// biome-ignore lint/suspicious/noEmptyInterface: lines come with the tables.
export interface TableValues {}

type One<Value> = Exclude<Value extends ReadonlyArray<infer Item> ? Item : Value, undefined>;

/** Every table that belongs to no format, by its key. Adding one is a file in tables/, and a line here and above. */
const tables: {readonly [Key in keyof TableValues]: Table<One<TableValues[Key]>>} = {};

export const tableEntries: ReadonlyArray<readonly [name: string, table: Table]> = Object.entries(tables);

/** The tables of a document that was checked; empty lists for what may stand several times and does not. */
export function tableValues(document: Readonly<Record<string, unknown>> | undefined): TableValues {
	const values = tableEntries.map(([name, {many}]) => [name, document?.[name] ?? (many ? [] : undefined)] as const);
	return Object.fromEntries(values) as unknown as TableValues;
}
