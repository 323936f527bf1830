import type {UnitSetting} from '../../codecs/systemd-unit.ts';
import {packagedLines} from '../../host/data-file.ts';
import {suggestion} from '../../model/nearest.ts';
import {type Place, refusal, shown} from '../place.ts';

let read: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** The directives that the oldest systemd of the Debian targets knows, by section. */
function known(): ReadonlyMap<string, ReadonlySet<string>> {
	if (read === undefined) {
		const sections = new Map<string, Set<string>>();
		let section = new Set<string>();
		for (const line of packagedLines('data/systemd/directives.txt')) {
			const title = /^\[(.+)\]$/.exec(line)?.[1];
			if (title === undefined) {
				section.add(line);
			} else {
				section = new Set();
				sections.set(title, section);
			}
		}

		read = sections;
	}

	return read;
}

/**
 * The section that a directive belongs to in a unit of that kind: the kind's own, else `Unit`, else `Install`.
 * Throws a ConfigError (DIRECTIVE_UNKNOWN).
 */
export function sectionOf(directive: string, kind: string, place: Place): string {
	const sections = [kind, 'Unit', 'Install'];
	const found = sections.find(section => known().get(section)?.has(directive));
	return found ?? unknown(directive, sections, place);
}

/**
 * Throws a ConfigError (DIRECTIVE_UNKNOWN) for what systemd would not read; what begins with `X-` is for others, and passes:
 * systemd.unit(5).
 */
export function checkDirectives(settings: readonly UnitSetting[], place: Place): void {
	for (const {section, key} of settings) {
		if (section.startsWith('X-') || key.startsWith('X-')) {
			continue;
		}

		const keys = known().get(section);
		if (keys === undefined) {
			throw refusal(place, `has a section ${shown(section)}, which systemd does not know`, {
				code: 'DIRECTIVE_UNKNOWN',
				hint: suggestion(section, [...known().keys()]),
			});
		}

		if (!keys.has(key)) {
			unknown(key, [section], place);
		}
	}
}

function unknown(directive: string, sections: readonly string[], place: Place): never {
	const names = sections.flatMap(section => [...(known().get(section) ?? [])]);
	const near = suggestion(directive, names);
	throw refusal(place, `has the directive ${shown(directive)}, which systemd does not know`, {
		code: 'DIRECTIVE_UNKNOWN',
		hint: near.startsWith('did') ? near : 'see systemd.directives(7) for all there are in systemd 247 and later',
	});
}
