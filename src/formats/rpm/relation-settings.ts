import {
	listOf,
	type Setting,
	type SettingRule,
	type Settings,
	type SettingValues,
	tableOf,
} from '../../model/settings.ts';
import {holdToRule} from '../setting-rule.ts';
import {readTags} from './read-tags.ts';
import {type Relation, relation} from './relation.ts';
import {tags} from './tags.ts';

const plainLine =
	/^(?<name>[\w/][^\s,<>=()]*(?:\([^\s,<>=]*\)[^\s,<>=()]*)*)(?:\s*(?<operator>[<>]=?|=)\s*(?<version>[\w.+~^:-]+))?$/;
const richLine = /^\(.+\)$/;
const control = /\p{Cc}|[\u2028\u2029]/u;

type Kind = 'any' | 'plain';

const rules: Readonly<Record<Kind, Pick<SettingRule, 'hint' | 'fits'>>> = {
	any: {
		hint: 'one a string, such as "openssl-libs", "libpq >= 15", "/usr/bin/env" or "(a or b)"',
		fits: text => !control.test(text) && (plainLine.test(text.trim()) || isRich(text.trim())),
	},
	plain: {
		hint: 'one a string, such as "app-old < 2.0"; "(a or b)" is not allowed here',
		fits: text => !control.test(text) && plainLine.test(text.trim()),
	},
};

/** In parentheses that match. What stands in them is rpm's to judge. */
function isRich(text: string): boolean {
	let depth = 0;
	const closesEarly = [...text].some((char, at) => {
		depth += char === '(' ? 1 : char === ')' ? -1 : 0;
		return depth <= 0 && at < text.length - 1;
	});
	return richLine.test(text) && depth === 0 && !closesEarly;
}

/** By the key of the configuration: the tags, what its relations may be, and what they do. */
const kinds: Readonly<
	Record<
		string,
		readonly [columns: readonly [names: number, flags: number, versions: number], kind: Kind, description: string]
	>
> = {
	requires: [
		[tags.requireNames, tags.requireFlags, tags.requireVersions],
		'any',
		'Requirements added to the computed ones, one a string, such as "libpq >= 15".',
	],
	recommends: [
		[readTags.recommendNames, readTags.recommendFlags, readTags.recommendVersions],
		'any',
		'What dnf installs along, unless told otherwise.',
	],
	suggests: [
		[readTags.suggestNames, readTags.suggestFlags, readTags.suggestVersions],
		'any',
		'What makes it more useful.',
	],
	supplements: [
		[readTags.supplementNames, readTags.supplementFlags, readTags.supplementVersions],
		'any',
		'What dnf installs this package along with.',
	],
	enhances: [
		[readTags.enhanceNames, readTags.enhanceFlags, readTags.enhanceVersions],
		'any',
		'What this package makes more useful.',
	],
	conflicts: [
		[readTags.conflictNames, readTags.conflictFlags, readTags.conflictVersions],
		'any',
		'What cannot be installed beside it.',
	],
	obsoletes: [
		[readTags.obsoleteNames, readTags.obsoleteFlags, readTags.obsoleteVersions],
		'plain',
		'Packages that it takes the place of, such as "app-old < 2.0".',
	],
	provides: [
		[tags.provideNames, tags.provideFlags, tags.provideVersions],
		'plain',
		'Names that it can be asked for by, besides its own.',
	],
};

/** Tags of one text, as a spec file calls them, that nothing else fills. */
const freeTags: Readonly<Record<string, number>> = {
	Distribution: 1010,
	DistURL: 1123,
	DistTag: 1155,
	BugURL: 5012,
	VCS: 5034,
	ModularityLabel: 5096,
};

const tagRule: SettingRule = {
	code: 'RPM_FIELD_INVALID',
	what: 'which cannot be a tag of its own in an rpm',
	hint: `one line without control characters, under one of these names: ${Object.keys(freeTags).join(', ')}`,
	fits: (text, name) => name in freeTags && text.trim() !== '' && !control.test(text),
};

/** The relations of an rpm, and the tags that are free. */
export const rpmRelationSettings: Settings = {
	...Object.fromEntries(
		Object.entries(kinds).map(([key, [, kind, description]]): [string, Setting] => [
			key,
			{
				type: 'strings',
				description,
				default: [],
				rule: {code: 'RPM_RELATION_INVALID', what: `which rpm cannot have among its ${key}`, ...rules[kind]},
			},
		]),
	),
	tags: {
		type: 'table',
		description: 'Tags of the header that have no key here, such as {BugURL = "https://example.org/bugs"}.',
		default: {},
		rule: tagRule,
	},
};

/** What the configuration asks for under one of the keys. Throws an ArtifactError (RPM_RELATION_INVALID). */
export function askedRelations(key: string, settings: SettingValues): readonly Relation[] {
	return listOf(settings[key]).map(text => parseRelation(text, key));
}

/** A line such as `libpq >= 15`. Throws an ArtifactError (RPM_RELATION_INVALID). */
export function parseRelation(line: string, key: string): Relation {
	const subject = `${JSON.stringify(line)} in rpm.${key}`;
	holdToRule(rpmRelationSettings[key]?.rule, {text: line, subject, format: 'rpm'});
	const plain = plainLine.exec(line.trim())?.groups;
	return plain === undefined ? relation(line.trim()) : relation(plain.name ?? '', plain.operator, plain.version);
}

/** What is neither required nor provided, with the tags that it goes to; kinds that have nothing are left out. */
export function otherRelations(
	settings: SettingValues,
): ReadonlyArray<{readonly lines: readonly Relation[]; readonly columns: readonly [number, number, number]}> {
	return Object.entries(kinds)
		.filter(([key]) => key !== 'requires' && key !== 'provides')
		.map(([key, [columns]]) => ({columns, lines: askedRelations(key, settings)}))
		.filter(({lines}) => lines.length > 0);
}

/** Free tags by their number. Throws an ArtifactError (RPM_FIELD_INVALID). */
export function askedTags(settings: SettingValues): ReadonlyArray<readonly [tag: number, text: string]> {
	return tableOf(settings.tags).map(([name, text]) => {
		holdToRule(tagRule, {text, name, subject: `${name} in rpm.tags`, format: 'rpm'});
		return [freeTags[name] ?? 0, text.trim()] as const;
	});
}
