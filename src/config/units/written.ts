import {basename, dirname, resolve} from 'node:path';
import {decodeUnit, type UnitSetting} from '../../codecs/systemd-unit.ts';
import {hostPath} from '../../model/paths.ts';
import type {PlannedUnit} from '../../model/units.ts';
import {type Place, refusal, shown} from '../place.ts';
import {readText} from '../read-text.ts';
import type {WrittenUnitTable} from '../tables/unit.ts';
import {checkDirectives} from './directives.ts';
import {accountName, stateFolder} from './names.ts';

const endings = ['service', 'socket', 'timer', 'path', 'target', 'mount', 'automount', 'swap', 'slice'];

/**
 * A unit that the user wrote, as it is.
 * Throws a ConfigError: UNIT_FILE_INVALID for what is none, DIRECTIVE_UNKNOWN, USER_INVALID, UNIT_FOLDER_INVALID; FILE_NOT_UTF8 and a
 * HostError (FILE_UNREADABLE).
 */
export function writtenUnit(table: WrittenUnitTable, place: Place): PlannedUnit {
	const file = hostPath(resolve(dirname(place.file ?? '.'), table.file));
	const name = basename(file);
	const ending = /^[A-Za-z0-9_][A-Za-z0-9_.:@\\-]*\.([a-z]+)$/.exec(name)?.[1] ?? '';
	const text = readText(file);
	const settings = decodeUnit(text);
	if (!endings.includes(ending) || settings.length === 0 || settings.some(({section}) => section === '')) {
		throw refusal(place, `is ${shown(table.file)}, which is no unit of systemd`, {
			code: 'UNIT_FILE_INVALID',
			hint: `a file such as app.service, with sections and directives; endings are ${endings.join(', ')}`,
		});
	}

	check(settings, {...place, named: `${place.named}: ${file}`});
	const hasInstall = settings.some(({section}) => section === 'Install');
	const enable = table.enable ?? hasInstall;
	return {
		name,
		enable,
		start: table.start ?? enable,
		onUpgrade: table['on-upgrade'] ?? (ending === 'service' || ending === 'timer' ? 'restart' : 'nothing'),
		text: text.endsWith('\n') ? text : `${text}\n`,
	};
}

/** What the package and its scripts take from the unit must be what it seems to be. */
function check(settings: readonly UnitSetting[], place: Place): void {
	checkDirectives(settings, place);
	for (const {key, value} of settings) {
		// A specifier is not known before the unit is loaded, and nothing is made or taken away of what it says.
		if (value.includes('%') || value === '') {
			continue;
		}

		if (key === 'User' && !/^\d+$/.test(value)) {
			accountName(value, place);
		}

		if (/^(?:State|Logs|Cache)Directory$/.test(key)) {
			for (const folder of value.split(/\s+/)) {
				stateFolder(folder.replace(/:.*$/, ''), place);
			}
		}
	}
}
