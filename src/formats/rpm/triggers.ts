import type {HeaderEntry} from '../../codecs/rpm-header-values.ts';
import {ArtifactError} from '../../model/errors.ts';
import {type SettingRule, type Settings, type SettingValues, tableOf} from '../../model/settings.ts';
import {type TriggerTags, triggerMoments, triggerTags} from './read-tags.ts';
import type {Relation} from './relation.ts';
import {parseRelation, rpmRelationSettings} from './relation-settings.ts';
import {ofInterpreter, shellScript} from './scripts.ts';

/** A script that rpm runs for the sake of other packages or their files. */
interface Trigger {
	readonly kind: TriggerTags;
	/** One of RPMSENSE_TRIGGER…: when it calls. */
	readonly moment: number;
	/** Of a file trigger; the higher comes first. */
	readonly priority: number;
	/** Packages, or what the paths of files begin with. */
	readonly conditions: readonly Relation[];
	readonly program: string;
	readonly text: string;
}

/** RPMTRIGGER_DEFAULT_PRIORITY, lib/rpmtriggers.h. */
const usualPriority = 1_000_000;
const priorityTags: Readonly<Record<string, number>> = {'%file': 5084, '%transfile': 5085};

const head =
	/^(?:(?<kind>|file|transfile)trigger(?<moment>in|un|postun)|(?<early>triggerprein))(?: -P (?<priority>\d{1,9}))? -- (?<rest>\S.*)$/;

const rule: SettingRule = {
	code: 'RPM_TRIGGER_INVALID',
	what: 'under a name that is no trigger of an rpm',
	hint: 'name it as a spec file does, such as "triggerin -- bash >= 5, dash" or "transfiletriggerin -- /usr/share/app/plugins"',
	fits: (_text, name) => parsedHead(name) !== undefined,
};

/** The triggers of an rpm: what a spec file says of each, and a script. */
export const rpmTriggerSettings: Settings = {
	triggers: {
		type: 'scripts',
		description:
			'Shell scripts that rpm runs when other packages or their files come or go, such as {"triggerin -- bash" = "packaging/bash-came"}.',
		default: {},
		rule,
	},
};

function parsedHead(name: string): Pick<Trigger, 'kind' | 'moment' | 'priority' | 'conditions'> | undefined {
	const {kind: prefix = '', moment, early, priority, rest = ''} = head.exec(name)?.groups ?? {};
	const kind = triggerTags.find(tags => tags.prefix === `%${prefix}`);
	const bit = triggerMoments[early ?? `trigger${moment}`];
	const conditions = prefix === '' ? packagesOf(rest) : pathsOf(rest);
	return kind === undefined ||
		bit === undefined ||
		conditions === undefined ||
		(prefix === '' && priority !== undefined)
		? undefined
		: {kind, moment: bit, priority: Number(priority ?? usualPriority), conditions};
}

/** `bash >= 5, dash`; undefined where one of them is no package. */
function packagesOf(text: string): readonly Relation[] | undefined {
	const lines = text.split(',').map(line => line.trim());
	return lines.every(line => rpmRelationSettings.conflicts?.rule?.fits(line, '') && !/^[/(]/.test(line))
		? lines.map(line => parseRelation(line, 'triggers'))
		: undefined;
}

/** What the paths of files begin with, apart by commas or spaces. */
function pathsOf(text: string): readonly Relation[] | undefined {
	const paths = text.split(/[\s,]+/);
	return paths.every(path => /^\/[\x21-\x7e]*$/.test(path))
		? paths.map(name => ({name, flags: 0, version: ''}))
		: undefined;
}

/** What the configuration asks for, in its order. Throws an ArtifactError (RPM_TRIGGER_INVALID). */
function triggersOf(settings: SettingValues): readonly Trigger[] {
	return tableOf(settings.triggers).map(([name, whole]) => {
		const parsed = parsedHead(name);
		if (parsed === undefined) {
			throw new ArtifactError(`${JSON.stringify(name)} in rpm.triggers is no trigger of an rpm`, {
				...rule,
				format: 'rpm',
			});
		}

		return {...parsed, ...shellScript(whole)};
	});
}

/** What the scripts are run with: rpm asks for no more. Throws an ArtifactError (RPM_TRIGGER_INVALID). */
export function triggerRelations(settings: SettingValues): readonly Relation[] {
	return triggersOf(settings).map(({program}) => ({name: program, flags: ofInterpreter, version: ''}));
}

/** The packages and paths that triggers name. Throws an ArtifactError (RPM_TRIGGER_INVALID). */
export function triggerConditions(settings: SettingValues): readonly Relation[] {
	return triggersOf(settings).flatMap(({conditions}) => conditions);
}

/** The tags of the triggers, as rpmbuild writes them. Throws an ArtifactError (RPM_TRIGGER_INVALID). */
export function triggerEntries(settings: SettingValues): HeaderEntry[] {
	const all = triggersOf(settings);
	return triggerTags.flatMap(kind => {
		const mine = all.filter(trigger => trigger.kind === kind);
		return mine.length === 0 ? [] : entriesOf(kind, mine);
	});
}

function entriesOf(kind: TriggerTags, triggers: readonly Trigger[]): HeaderEntry[] {
	const conditions = triggers
		.flatMap(({conditions: each, moment}, index) =>
			each.map(({name, version, flags}) => ({name, version, flags: flags + moment, index})),
		)
		.sort(
			(one, other) =>
				compare(one.name, other.name) ||
				compare(one.version, other.version) ||
				one.flags - other.flags ||
				one.index - other.index,
		);
	const priorities = priorityTags[kind.prefix];
	return [
		strings(kind.scripts, triggers, ({text}) => text),
		strings(kind.programs, triggers, ({program}) => program),
		strings(kind.names, conditions, ({name}) => name),
		strings(kind.versions, conditions, ({version}) => version),
		numbers(kind.flags, conditions, ({flags}) => flags),
		numbers(kind.indexes, conditions, ({index}) => index),
		...(priorities === undefined ? [] : [numbers(priorities, triggers, ({priority}) => priority)]),
	];
}

function compare(one: string, other: string): number {
	return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function strings<T>(tag: number, items: readonly T[], text: (item: T) => string): HeaderEntry {
	const texts = items.map(text);
	return {tag, type: 'strings', count: texts.length, at: index => texts[index] ?? ''};
}

function numbers<T>(tag: number, items: readonly T[], number: (item: T) => number): HeaderEntry {
	const values = items.map(number);
	return {tag, type: 'int32', count: values.length, at: index => values[index] ?? 0};
}
