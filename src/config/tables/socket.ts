import * as v from 'valibot';
import type {Table} from '../table.ts';
import {text, texts, type UnitTable, unitKeys} from './unit-keys.ts';

/** A socket of systemd, as `[[socket]]` describes it. */
export interface SocketTable extends UnitTable {
	readonly service?: string | undefined;
	readonly 'listen-stream'?: readonly string[] | undefined;
	readonly 'listen-datagram'?: readonly string[] | undefined;
	readonly user?: string | undefined;
	readonly group?: string | undefined;
	readonly mode?: string | undefined;
}

export const socket: Table<SocketTable> = {
	schema: v.strictObject({
		...unitKeys,
		service: text('The service that it starts. Default: the one of its own name.'),
		'listen-stream': texts('Ports, addresses or paths, such as "8000", "127.0.0.1:8000" or "/run/app.sock".'),
		'listen-datagram': texts('The same for datagrams.'),
		user: text('Whose a socket at a path is. Default: root.'),
		group: text('Whose group it has. Default: root.'),
		mode: text('The permissions of a socket at a path. Default: 0666.'),
	}),
	many: true,
	description: 'A socket of systemd.',
	example: ['listen-stream = ["/run/app.sock"]'],
};
