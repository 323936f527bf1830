import {isTable, type TomlTable} from '../codecs/toml.ts';
import {type Place, refusal} from './place.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A reference, an escaped `${`, or one that is not well formed. */
const references = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

/**
 * The same table with `${NAME}` in every string replaced from the environment; `$${` stands for `${`. What comes from
 * the environment is not looked at again. `placeOf` names a value for the errors.
 * Throws a ConfigError (ENVIRONMENT_UNSET, ENVIRONMENT_SYNTAX).
 */
export function expand(table: TomlTable, environment: Environment, placeOf: (key: string) => Place): TomlTable {
	const text = (value: string, key: string) =>
		value.replaceAll(references, (found: string, name: string | undefined) => {
			if (found === '$${') {
				return '${';
			}

			if (name === undefined) {
				throw refusal(placeOf(key), `holds "\${" without a name and "}"`, {
					code: 'ENVIRONMENT_SYNTAX',
					hint: `write \${NAME} for a variable of the environment, and $\${ for the characters \${`,
				});
			}

			return environment[name] ?? unset(name, placeOf(key));
		});
	return expandTable(table, '', text);
}

function expandTable(table: TomlTable, prefix: string, text: (value: string, key: string) => string): TomlTable {
	const each = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') {
			return text(value, key);
		}

		if (Array.isArray(value)) {
			return value.map((item, at) => each(item, `${key}[${at}]`));
		}

		return isTable(value) ? expandTable(value, `${key}.`, text) : value;
	};
	return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, each(value, `${prefix}${key}`)]));
}

function unset(name: string, place: Place): never {
	throw refusal(place, `wants \${${name}}, and the environment has no ${name}`, {
		code: 'ENVIRONMENT_UNSET',
		hint: `set ${name}, or write $\${${name}} if these very characters are meant`,
	});
}
