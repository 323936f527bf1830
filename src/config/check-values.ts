import {ConfigError} from '../model/errors.ts';
import {suggestion} from '../model/nearest.ts';
import type {HostPath, InstallPath} from '../model/paths.ts';
import type {FormatTraits} from './compression.ts';
import type {Notice} from './config.ts';
import type {Key, Values} from './keys.ts';
import {flagPlace, type Place, refusal, shown} from './place.ts';
import {checkPrefix} from './prefix.ts';
import {checkRequirement} from './requirement.ts';
import {targetNamed} from './targets.ts';
import {textChecks} from './text-checks.ts';

export interface ValueContext {
	readonly places: Readonly<Partial<Record<Key, Place>>>;
	readonly formats: readonly FormatTraits[];
	/** The configuration file, where there is one. */
	readonly file: HostPath | undefined;
}

/**
 * Checks what each value says, whoever gave it, and normalises it.
 * Throws a ConfigError (PREFIX_MISSING, PREFIX_*, FORMAT_UNKNOWN, FORMAT_MISSING, TARGET_UNKNOWN, …) naming flag or file and key.
 */
export function checkValues(
	values: Values,
	context: ValueContext,
): {readonly values: Values; readonly prefix: InstallPath; readonly notices: readonly Notice[]} {
	const {places} = context;
	const checked: Record<string, unknown> = {...values};
	for (const [key, check] of textChecks) {
		const value = values[key];
		const place = places[key];
		if (typeof value === 'string' && place) {
			checked[key] = check(value, place);
		}
	}

	if (values.formats && places.formats) {
		checked.formats = checkFormats(values.formats, places.formats, context.formats);
	}

	for (const requirement of values.from ?? []) {
		checkRequirement(requirement, places.from ?? flagPlace('--from'));
	}

	if (values.target !== undefined && places.target) {
		checked.target = checkTargets(values.target, places.target);
	}

	if (values.compression !== undefined && places.compression) {
		checkMethod(values.compression, places.compression);
	}

	if (values.prefix === undefined || !places.prefix) {
		throw new ConfigError('no prefix is given: where will the application live?', {
			code: 'PREFIX_MISSING',
			file: context.file,
			key: 'prefix',
			hint: 'add --prefix /opt/NAME, or the key prefix in venvpack.toml; a PROJECT that is a folder has its venvpack.toml read',
		});
	}

	const {prefix, notes} = checkPrefix(values.prefix, places.prefix);
	const notices = notes.map(message => ({kind: 'note', message}) as const);
	return {values: {...(checked as Values), prefix}, prefix, notices};
}

/** A list of formats, `deb,rpm` taken apart, each once. */
function checkFormats(names: readonly string[], place: Place, formats: readonly FormatTraits[]): readonly string[] {
	const known = formats.map(format => format.name);
	const wanted = names.flatMap(name => name.split(',')).map(name => name.trim());
	for (const name of wanted) {
		if (!known.includes(name)) {
			throw refusal(place, `is ${shown(name)}, which is no format`, {
				code: 'FORMAT_UNKNOWN',
				hint: suggestion(name, known),
			});
		}
	}

	if (wanted.length === 0) {
		throw refusal(place, 'is empty', {code: 'FORMAT_MISSING', hint: `known are: ${known.join(', ')}`});
	}

	return [...new Set(wanted)];
}

/** Ids of targets, joined by commas: at most one for each package manager. */
function checkTargets(names: string, place: Place): string {
	const found = names.split(',').map(name => targetNamed(name, place));
	for (const target of found) {
		const other = found.find(({packager, id}) => packager === target.packager && id !== target.id);
		if (other) {
			throw refusal(place, `is ${shown(names)}, and ${target.id} and ${other.id} are for the same formats`, {
				code: 'TARGET_TWICE',
				hint: 'build once for each of them',
			});
		}
	}

	return [...new Set(found.map(target => target.id))].join(',');
}

function checkMethod(method: string, place: Place): void {
	const known = ['zstd', 'xz', 'gzip', 'deflate', 'none'];
	if (!known.includes(method)) {
		throw refusal(place, `is ${shown(method)}, which is no compression`, {
			code: 'COMPRESSION_UNKNOWN',
			hint: suggestion(method, known),
		});
	}
}
