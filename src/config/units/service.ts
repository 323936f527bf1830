import type {UnitSetting} from '../../codecs/systemd-unit.ts';
import type {PlannedUnit} from '../../model/units.ts';
import {refusal, shown} from '../place.ts';
import type {ServiceTable} from '../tables/service.ts';
import {type UnitContext, UnitDraft} from './draft.ts';
import {hardening, hardeningOfUsers} from './hardening.ts';
import {accountName, accountOf, stateFolder, unitName} from './names.ts';

/** A planned unit before its lines become text. */
export interface DraftedUnit extends Omit<PlannedUnit, 'text'> {
	readonly settings: readonly UnitSetting[];
}

/** Throws a ConfigError: UNIT_NAME_INVALID, UNIT_COMMAND_INVALID, UNIT_VALUE_INVALID, UNIT_FOLDER_INVALID, USER_INVALID, DIRECTIVE_UNKNOWN. */
export function draftService(table: ServiceTable, context: UnitContext): DraftedUnit {
	const name = unitName(table.name ?? context.name, 'service', context.placeOf('name'));
	const isTriggered = context.triggered.has(name);
	const draft = new UnitDraft('Service', context);
	draft.addUnit(table, ['network.target']);
	addRun(draft, table, context);
	addFolders(draft, table, context);
	addHardening(draft, table);
	const enable = table.enable ?? !isTriggered;
	// What a timer or a socket starts is static: there is nothing to enable.
	if (enable || !isTriggered || table['wanted-by'] !== undefined) {
		draft.addInstall(table, 'multi-user.target');
	}

	draft.addDirectives(table);
	return {
		name: `${name}.service`,
		enable,
		start: table.start ?? enable,
		// What does its work and ends is not begun anew in the middle of it.
		onUpgrade: table['on-upgrade'] ?? (table.type === 'oneshot' ? 'nothing' : 'restart'),
		settings: draft.settings(),
	};
}

function addRun(draft: UnitDraft, table: ServiceTable, context: UnitContext): void {
	const type = table.type ?? 'simple';
	const user = table.user ?? accountOf(context.name);
	draft.add('Type', type, {from: 'type'});
	if (user !== 'root') {
		draft.add('User', accountName(user, context.placeOf('user')), {from: 'user'});
	}

	if (table.group !== undefined) {
		draft.add('Group', accountName(table.group, context.placeOf('group')), {from: 'group'});
	}

	for (const [key, value] of Object.entries(table.environment ?? {})) {
		const from = `environment.${key}`;
		if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
			throw refusal(context.placeOf(from), 'is no name of a variable', {
				code: 'UNIT_VALUE_INVALID',
				hint: 'letters, digits and "_", beginning with no digit',
			});
		}

		draft.add('Environment', quoted(`${key}=${value}`), {from});
	}

	const file = table['environment-file'];
	if (file !== undefined) {
		absolute(file, 'environment-file', context);
		draft.add('EnvironmentFile', `-${file}`, {from: 'environment-file'});
	}

	draft.add('WorkingDirectory', table['working-directory'], {from: 'working-directory'});
	draft.add('ExecStart', commandLine(table.command, context), {from: 'command'});
	draft.add('Restart', table.restart ?? (type === 'oneshot' ? 'no' : 'on-failure'), {from: 'restart'});
}

function addFolders(draft: UnitDraft, table: ServiceTable, context: UnitContext): void {
	const folders = [
		['StateDirectory', 'state'],
		['LogsDirectory', 'logs'],
		['CacheDirectory', 'cache'],
		['ConfigurationDirectory', 'config'],
		['RuntimeDirectory', 'runtime'],
	] as const;
	for (const [directive, key] of folders) {
		const names = (table[key] ?? []).map(folder => stateFolder(folder, context.placeOf(key)));
		draft.add(directive, names.length === 0 ? undefined : names.join(' '), {from: key});
	}
}

function addHardening(draft: UnitDraft, {hardening: wanted = true, user}: ServiceTable): void {
	const all = wanted ? [...hardening, ...(user === 'root' ? [] : hardeningOfUsers)] : [];
	for (const [directive, value] of all) {
		draft.add(directive, value, {from: 'hardening'});
	}
}

/** The program by its whole path: systemd.service(5) finds no other in the prefix. */
function commandLine([program = '', ...words]: readonly string[], context: UnitContext): string {
	const isScript = /^[^/\s"'\\$%;@:+!|-][^/\s"'\\$%;]*$/.test(program);
	if (!isScript && !/^\/[^\s"'\\$%;]+$/.test(program)) {
		throw refusal(context.placeOf('command'), `begins with ${shown(program)}, which is no program`, {
			code: 'UNIT_COMMAND_INVALID',
			hint: 'write a script of the package, such as "app", or an absolute path; arguments are strings of their own',
		});
	}

	return [isScript ? `${context.bin}/${program}` : program, ...words.map(quoted)].join(' ');
}

/** systemd.syntax(7), Quoting. `$` and `%` keep what systemd makes of them. */
function quoted(word: string): string {
	return /^[^\s"'\\;]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}

function absolute(path: string, key: string, context: UnitContext): void {
	if (!/^\/[^\s]*$/.test(path)) {
		throw refusal(context.placeOf(key), `is ${shown(path)}, which is no absolute path`, {
			code: 'UNIT_VALUE_INVALID',
			hint: 'write where it lies on the machine that installs, such as /etc/default/app',
		});
	}
}
