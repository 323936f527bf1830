import {
	listOf,
	type Setting,
	type SettingRule,
	type Settings,
	type SettingValues,
	tableOf,
} from '../../model/settings.ts';
import {holdToRule} from '../setting-rule.ts';

/** `libpq5`, `python3:any`, `libpq5 (>= 15)`: Debian Policy, section 7.1, as dpkg's lib/dpkg/fields.c reads it. */
const one = /^[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?(?: ?\((?<operator><<|<=|=|>=|>>) ?(?:\d+:)?[A-Za-z0-9.+~-]+\))?$/;

type Kind = 'alternatives' | 'single' | 'exact';

const rules: Readonly<Record<Kind, Pick<SettingRule, 'hint' | 'fits'>>> = {
	alternatives: {
		hint: 'write each as one string, such as "libpq5 (>= 15)" or "default-mta | mail-transport-agent"',
		fits: text => text.split('|').every(part => one.test(part.trim())),
	},
	single: {
		hint: 'write each as one string, such as "app-old (<< 2.0)"; alternatives are not allowed here',
		fits: text => one.test(text.trim()),
	},
	exact: {
		hint: 'write each as one string, such as "mail-transport-agent" or "app-api (= 2)"',
		fits: text => ['=', undefined, ''].includes(one.exec(text.trim())?.groups?.operator) && one.test(text.trim()),
	},
};

/** By the key of the configuration: the field, what its relations may be, and what they do. */
const fields: Readonly<Record<string, readonly [field: string, kind: Kind, description: string]>> = {
	depends: [
		'Depends',
		'alternatives',
		'Dependencies added to the computed ones, one a string, such as "libpq5 (>= 15)".',
	],
	'pre-depends': ['Pre-Depends', 'alternatives', 'What has to be set up before this package is unpacked.'],
	recommends: ['Recommends', 'alternatives', 'What apt installs along, unless told otherwise.'],
	suggests: ['Suggests', 'alternatives', 'What makes it more useful.'],
	enhances: ['Enhances', 'alternatives', 'What this package makes more useful.'],
	conflicts: ['Conflicts', 'single', 'What cannot be installed beside it.'],
	breaks: ['Breaks', 'single', 'What stops working beside it, such as "app-plugin (<< 2.0)".'],
	replaces: ['Replaces', 'single', 'Packages whose files it may take over.'],
	provides: ['Provides', 'exact', 'Names that it can be asked for by, besides its own.'],
};

/** Those that venvpack writes by itself, or that dpkg keeps for itself. */
const ownFields = [
	...['package', 'version', 'architecture', 'maintainer', 'installed-size', 'section', 'priority', 'homepage'],
	...[
		'description',
		'status',
		'conffiles',
		'config-version',
		'triggers-pending',
		'triggers-awaited',
		'filename',
		'size',
	],
	...['md5sum', 'sha256', 'essential', 'protected', 'built-using', 'source', 'package-type', 'license'],
];

const taken = (name: string) =>
	ownFields.includes(name) || Object.values(fields).some(([field]) => field.toLowerCase() === name);

const fieldRule: SettingRule = {
	code: 'DEB_FIELD_INVALID',
	what: 'which cannot be a field of its own in a deb',
	hint: 'one line without control characters, under a name such as Bugs or XB-Team that venvpack does not write itself',
	fits: (text, name) =>
		/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name) &&
		!taken(name.toLowerCase()) &&
		text.trim() !== '' &&
		!/\p{Cc}|[\u2028\u2029]/u.test(text),
};

/** The relations of a deb, and fields of any name. */
export const debRelationSettings: Settings = {
	...Object.fromEntries(
		Object.entries(fields).map(([key, [field, kind, description]]): [string, Setting] => [
			key,
			{
				type: 'strings',
				description,
				default: [],
				rule: {code: 'DEB_RELATION_INVALID', what: `which is nothing for ${field} of a deb`, ...rules[kind]},
			},
		]),
	),
	fields: {
		type: 'table',
		description: 'Fields of the control file that have no key here, such as {Bugs = "https://example.org/bugs"}.',
		default: {},
		rule: fieldRule,
	},
};

/** What the configuration asks for under one of the keys. Throws an ArtifactError (DEB_RELATION_INVALID). */
export function askedRelations(key: string, settings: SettingValues): readonly string[] {
	const rule = debRelationSettings[key]?.rule;
	return listOf(settings[key]).map(text => {
		holdToRule(rule, {text, subject: `${JSON.stringify(text)} in deb.${key}`, format: 'deb'});
		return text.trim();
	});
}

/** All fields but Depends that the configuration fills, in the order of documents. Throws as `askedRelations` does. */
export function askedFields(settings: SettingValues): ReadonlyMap<string, string> {
	const relations = Object.entries(fields)
		.filter(([key]) => key !== 'depends')
		.map(([key, [field]]) => [field, [...new Set(askedRelations(key, settings))].join(', ')] as const);
	const free = tableOf(settings.fields).map(([name, text]) => {
		holdToRule(fieldRule, {text, name, subject: `${name} in deb.fields`, format: 'deb'});
		return [name, text.trim()] as const;
	});
	return new Map([...relations, ...free]);
}
