import type {UnitSetting} from '../../codecs/systemd-unit.ts';
import {type Place, refusal, shown} from '../place.ts';
import type {DirectiveValue, UnitTable} from '../tables/unit-keys.ts';
import {sectionOf} from './directives.ts';

type Text = string | number | boolean;

/** What a unit is made from, and where that stands. */
export interface UnitContext {
	/** The package's name. */
	readonly name: string;
	/** The package's summary. */
	readonly summary: string;
	/** The folder of the package's programs. */
	readonly bin: string;
	readonly placeOf: (key: string) => Place;
	/** Names of services that a timer or a socket starts. */
	readonly triggered: ReadonlySet<string>;
}

/** The lines of a unit, in the order in which they are added. */
export class UnitDraft {
	readonly #section: string;
	readonly #context: UnitContext;
	#settings: UnitSetting[] = [];

	/** `section`: of its kind, such as `Service`. */
	constructor(section: string, context: UnitContext) {
		this.#section = section;
		this.#context = context;
	}

	/**
	 * Adds a directive; nothing where there is no value. A list gives a line each.
	 * Throws a ConfigError (UNIT_VALUE_INVALID) for a control character: a line break would begin another directive.
	 */
	add(key: string, value: DirectiveValue | undefined, options: {section?: string; from: string}): void {
		const values: readonly Text[] = value === undefined ? [] : Array.isArray(value) ? value : [value as Text];
		for (const each of values) {
			const text = typeof each === 'boolean' ? (each ? 'yes' : 'no') : String(each);
			if (/\p{Cc}|\\$/u.test(text)) {
				const place = this.#context.placeOf(options.from);
				throw refusal(place, `is ${shown(text)}, which is no single line of a unit`, {
					code: 'UNIT_VALUE_INVALID',
					hint: 'write it without control characters, and without a backslash at its end',
				});
			}

			this.#settings.push({section: options.section ?? this.#section, key, value: text});
		}
	}

	/** The `[Unit]` part that all kinds share. */
	addUnit({description, after, wants, requires}: UnitTable, afterByDefault: readonly string[]): void {
		const section = 'Unit';
		this.add('Description', description ?? this.#context.summary, {section, from: 'description'});
		this.add('After', joined(after ?? afterByDefault), {section, from: 'after'});
		this.add('Wants', joined(wants), {section, from: 'wants'});
		this.add('Requires', joined(requires), {section, from: 'requires'});
	}

	addInstall({'wanted-by': wantedBy}: UnitTable, byDefault: string): void {
		this.add('WantedBy', joined(wantedBy ?? [byDefault]), {section: 'Install', from: 'wanted-by'});
	}

	/** The user's own directives, each in the place of what stands there by default. */
	addDirectives({directives = {}}: UnitTable): void {
		for (const [key, value] of Object.entries(directives)) {
			const from = `directives.${key}`;
			const section = sectionOf(key, this.#section, this.#context.placeOf(from));
			this.#settings = this.#settings.filter(known => known.key !== key || known.section !== section);
			this.add(key, value, {section, from});
		}
	}

	settings(): readonly UnitSetting[] {
		return this.#settings;
	}
}

function joined(words: readonly string[] | undefined): string | undefined {
	return words === undefined || words.length === 0 ? undefined : words.join(' ');
}
