import type {Table} from './table.ts';
import {type FilesTable, files} from './tables/files.ts';
import {type FoldersTable, folders} from './tables/folders.ts';
import {type LibrariesTable, libraries} from './tables/libraries.ts';
import {type ProvenanceTable, provenance} from './tables/provenance.ts';
import {type ServiceTable, service} from './tables/service.ts';
import {type SignTable, sign} from './tables/sign.ts';
import {type SocketTable, socket} from './tables/socket.ts';
import {type TimerTable, timer} from './tables/timer.ts';
import {unit, type WrittenUnitTable} from './tables/unit.ts';

/** The tables of a configuration: a list for each that may stand several times, else the one, or undefined. */
export interface TableValues {
	readonly files: readonly FilesTable[];
	readonly folders: readonly FoldersTable[];
	readonly service: readonly ServiceTable[];
	readonly timer: readonly TimerTable[];
	readonly socket: readonly SocketTable[];
	readonly unit: readonly WrittenUnitTable[];
	readonly sign: SignTable | undefined;
	readonly libraries: LibrariesTable | undefined;
	readonly provenance: ProvenanceTable | undefined;
}

type One<Value> = Exclude<Value extends ReadonlyArray<infer Item> ? Item : Value, undefined>;

/** Every table that belongs to no format, by its key. Adding one is a file in tables/, and a line here and above. */
const tables: {readonly [Key in keyof TableValues]: Table<One<TableValues[Key]>>} = {
	files,
	folders,
	service,
	timer,
	socket,
	unit,
	sign,
	libraries,
	provenance,
};

export const tableEntries: ReadonlyArray<readonly [name: string, table: Table]> = Object.entries(tables);

/** The tables of a document that was checked; empty lists for what may stand several times and does not. */
export function tableValues(document: Readonly<Record<string, unknown>> | undefined): TableValues {
	const values = tableEntries.map(([name, {many}]) => [name, document?.[name] ?? (many ? [] : undefined)] as const);
	return Object.fromEntries(values) as unknown as TableValues;
}
