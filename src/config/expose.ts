import {packagedLines} from '../host/data-file.ts';
import type {Exposed} from '../model/units.ts';
import type {Config} from './config.ts';
import {flagPlace, type Place, refusal, shown} from './place.ts';

/** A file name that needs no quotes in a shell, and is no flag. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.+@-]*$/;

/**
 * The scripts that are to be on PATH: `app`, or `app:other-name`.
 * Throws a ConfigError: EXPOSE_INVALID for what is no name, EXPOSE_TWICE, EXPOSE_TAKEN for a name of the distribution's own.
 */
export function exposedOf({values, places}: Config): readonly Exposed[] {
	const place = places.expose ?? flagPlace('expose');
	const exposed = (values.expose ?? []).map(text => parse(text, place));
	const taken = new Set(exposed.length === 0 ? [] : packagedLines('data/commands.txt'));
	for (const [at, {script, as}] of exposed.entries()) {
		if (exposed.findIndex(other => other.as === as) !== at) {
			throw refusal(place, `names ${shown(as)} twice`, {
				code: 'EXPOSE_TWICE',
				hint: `give one of them another name: "${script}:other-name"`,
			});
		}

		if (taken.has(as)) {
			throw refusal(place, `would put ${shown(as)} into /usr/bin, which is a program of the distribution's own`, {
				code: 'EXPOSE_TAKEN',
				hint: `no package could be installed over it: give it another name, such as "${script}:my-${as}"`,
			});
		}
	}

	return exposed;
}

function parse(text: string, place: Place): Exposed {
	const [script = '', as = script, ...more] = text.split(':');
	if (more.length > 0 || ![script, as].every(name => plainName.test(name))) {
		throw refusal(place, `holds ${shown(text)}, which names no script`, {
			code: 'EXPOSE_INVALID',
			hint: 'write the script, such as "app", or the script and its name on PATH, such as "app:other-name"',
		});
	}

	return {script, as};
}
