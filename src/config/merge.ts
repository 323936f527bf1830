import {dirname, resolve} from 'node:path';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Request} from '../model/request.ts';
import type {ConfigFile} from './document.ts';
import {flagValues, placeOfFlag} from './flags.ts';
import {type Key, keyNames, type Values} from './keys.ts';
import {meansNone} from './lock.ts';
import type {Place} from './place.ts';

/** What flags and file say together, and where each value stands. */
export interface Merged {
	readonly values: Values;
	readonly places: Readonly<Partial<Record<Key, Place>>>;
}

/** Lays the flags over the file: a flag's value replaces the file's, lists too. Relative paths become absolute. */
export function merge(request: Request, file: ConfigFile | undefined, cwd: HostPath): Merged {
	const flags = absolute(flagValues(request), cwd);
	const said = file ? absolute(known(file), hostPath(dirname(file.file))) : {};
	const places: Partial<Record<Key, Place>> = {};
	for (const key of keyNames) {
		if (flags[key] !== undefined) {
			places[key] = placeOfFlag(key);
		} else if (file && said[key] !== undefined) {
			places[key] = file.placeOf(key);
		}
	}

	return {values: {...said, ...flags}, places};
}

/** The keys of the file that are no format's table. */
function known({document}: ConfigFile): Values {
	return Object.fromEntries(keyNames.filter(key => key in document).map(key => [key, document[key]]));
}

/** The same values, relative paths of this machine made absolute: in a file they are relative to its folder. */
function absolute(values: Values, base: HostPath): Values {
	const at = (path: string) => resolve(base, path);
	const page = (place: string) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(place) ? place : at(place));
	const changes: Values = {
		out: values.out === undefined ? undefined : at(values.out),
		venv: values.venv === undefined ? undefined : at(values.venv),
		lock: values.lock === undefined ? undefined : meansNone(values.lock) ? 'none' : at(values.lock),
		python: values.python?.includes('/') ? at(values.python) : values.python,
		'python-archive': values['python-archive'] === undefined ? undefined : page(values['python-archive']),
		requirements: values.requirements?.map(at),
		changelog: values.changelog === undefined || values.changelog === 'none' ? values.changelog : at(values.changelog),
		docs: values.docs?.map(at),
		constraints: values.constraints?.map(at),
		'find-links': values['find-links']?.map(page),
		from: values.from?.map(requirement => (/^\.{0,2}\//.test(requirement) ? at(requirement) : requirement)),
	};
	return {...values, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))};
}
