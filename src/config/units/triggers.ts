import {refusal} from '../place.ts';
import type {SocketTable} from '../tables/socket.ts';
import type {TimerTable} from '../tables/timer.ts';
import {type UnitContext, UnitDraft} from './draft.ts';
import {accountName, unitName} from './names.ts';
import type {DraftedUnit} from './service.ts';

/** The service that a timer or a socket starts, without its ending. */
export function serviceOf(
	{name, service}: TimerTable | SocketTable,
	context: Pick<UnitContext, 'name' | 'placeOf'>,
): string {
	return service === undefined
		? (name ?? context.name).replace(/\.(?:timer|socket)$/, '')
		: unitName(service, 'service', context.placeOf('service'));
}

/** Throws a ConfigError: UNIT_NAME_INVALID, UNIT_TRIGGER_MISSING without a time, UNIT_VALUE_INVALID, DIRECTIVE_UNKNOWN. */
export function draftTimer(table: TimerTable, context: UnitContext): DraftedUnit {
	const name = unitName(table.name ?? context.name, 'timer', context.placeOf('name'));
	const calendar = table['on-calendar'] ?? [];
	const draft = new UnitDraft('Timer', context);
	draft.addUnit(table, []);
	draft.add('OnCalendar', calendar, {from: 'on-calendar'});
	draft.add('OnBootSec', table['on-boot'], {from: 'on-boot'});
	if (calendar.length > 0 || table.persistent !== undefined) {
		draft.add('Persistent', table.persistent ?? true, {from: 'persistent'});
	}

	draft.add('RandomizedDelaySec', table['randomized-delay'], {from: 'randomized-delay'});
	return finished(draft, {table, context, name, ending: 'timer', says: /^On/});
}

/** Throws a ConfigError: UNIT_NAME_INVALID, UNIT_TRIGGER_MISSING without an address, USER_INVALID, UNIT_VALUE_INVALID, DIRECTIVE_UNKNOWN. */
export function draftSocket(table: SocketTable, context: UnitContext): DraftedUnit {
	const name = unitName(table.name ?? context.name, 'socket', context.placeOf('name'));
	const draft = new UnitDraft('Socket', context);
	draft.addUnit(table, []);
	draft.add('ListenStream', table['listen-stream'], {from: 'listen-stream'});
	draft.add('ListenDatagram', table['listen-datagram'], {from: 'listen-datagram'});
	for (const [directive, key] of [
		['SocketUser', 'user'],
		['SocketGroup', 'group'],
	] as const) {
		const account = table[key];
		draft.add(directive, account && accountName(account, context.placeOf(key)), {from: key});
	}

	draft.add('SocketMode', table.mode, {from: 'mode'});
	return finished(draft, {table, context, name, ending: 'socket', says: /^Listen/});
}

interface Finish {
	readonly table: TimerTable | SocketTable;
	readonly context: UnitContext;
	readonly name: string;
	readonly ending: 'timer' | 'socket';
	/** Directives of which it needs one. */
	readonly says: RegExp;
}

function finished(draft: UnitDraft, {table, context, name, ending, says}: Finish): DraftedUnit {
	const service = serviceOf(table, context);
	if (service !== name) {
		draft.add(ending === 'timer' ? 'Unit' : 'Service', `${service}.service`, {from: 'service'});
	}

	draft.addInstall(table, `${ending}s.target`);
	draft.addDirectives(table);
	if (!draft.settings().some(({key}) => says.test(key))) {
		throw refusal(context.placeOf(''), 'says nothing of when it starts its service', {
			code: 'UNIT_TRIGGER_MISSING',
			hint: ending === 'timer' ? 'add on-calendar = ["daily"] or on-boot = "10min"' : 'add listen-stream = ["8000"]',
		});
	}

	const enable = table.enable ?? true;
	return {
		name: `${name}.${ending}`,
		enable,
		start: table.start ?? enable,
		// Systemd starts no socket again whose service runs.
		onUpgrade: table['on-upgrade'] ?? (ending === 'socket' ? 'nothing' : 'restart'),
		settings: draft.settings(),
	};
}
