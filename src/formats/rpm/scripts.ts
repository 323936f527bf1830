import type {HeaderEntry} from '../../codecs/rpm-header-values.ts';
import type {Unit} from '../../model/additions.ts';
import type {NewPackage} from '../../model/package.ts';
import type {Setting, Settings, SettingValues} from '../../model/settings.ts';
import {filledTemplate, joinedScript, shellQuoted} from '../script-template.ts';
import {unitNames} from '../unit-names.ts';
import {scriptTags} from './read-tags.ts';
import type {Relation} from './relation.ts';

const script = (description: string): Setting => ({type: 'script', description, default: ''});

/** The user's own scripts, each by its name in a spec file. */
export const rpmScriptSettings: Settings = {
	pretrans: script('A shell script that rpm runs before a transaction.'),
	pre: script('A shell script that rpm runs before it unpacks the package.'),
	post: script('A shell script that rpm runs after it unpacked the package.'),
	preun: script('A shell script that rpm runs before it removes the package.'),
	postun: script('A shell script that rpm runs after it removed the package.'),
	posttrans: script('A shell script that rpm runs after a transaction.'),
};

/** Those that a package may bring, with RPMSENSE_SCRIPT_PRE and its like: include/rpm/rpmds.h. */
const senses: Readonly<Record<string, number>> = {
	pretrans: 0x80,
	pre: 0x2_00,
	post: 0x4_00,
	preun: 0x8_00,
	postun: 0x10_00,
	posttrans: 0x20,
};
/** RPMSENSE_INTERP: the shell of a script. */
export const ofInterpreter: number = 0x1_00;

/** A script that rpm runs, and with what. */
export interface RpmScript {
	/** Such as `post`. */
	readonly name: string;
	readonly text: string;
	/** Such as /bin/sh. */
	readonly program: string;
}

/**
 * The scripts of a package. Accounts, temporary files and changed units are the affair of systemd's own file triggers, so
 * what is left is what its macros %systemd_post, %systemd_preun and %systemd_postun_with_restart do, in a form that needs none
 * of them; and accounts that files belong to, which rpm looks up as it unpacks.
 */
export function rpmScripts(pkg: NewPackage, settings: SettingValues): readonly RpmScript[] {
	const {units} = pkg.treatment;
	const generated: Readonly<Record<string, string>> = {
		pre: accounts(pkg),
		post: post(units),
		preun: preun(units),
		postun: postun(units),
	};
	return Object.keys(senses).flatMap(name => {
		const own = String(settings[name] ?? '');
		const text = joinedScript({generated: generated[name] ?? '', own, ownFirst: name.endsWith('un')});
		return text === '' ? [] : [{name, ...shellScript(text)}];
	});
}

/** rpm keeps the program apart from the text. */
export function shellScript(whole: string): Pick<RpmScript, 'program' | 'text'> {
	const [line = '', program = '/bin/sh'] = /^#!\s*(\S+)[^\n]*\n/.exec(whole) ?? [];
	return {program, text: whole.slice(line.length).trimEnd()};
}

function post(units: readonly Unit[]): string {
	const enabled = unitNames(units, ({enable, installable}) => enable && installable);
	return enabled.length === 0 ? '' : filledTemplate('rpm/post.sh', {UNITS: shellQuoted(enabled)});
}

function preun(units: readonly Unit[]): string {
	const stop = systemctl('stop', unitNames(units));
	const disable = systemctl(
		'--no-reload disable',
		unitNames(units, ({installable}) => installable),
	);
	return stop === '' ? '' : filledTemplate('rpm/preun.sh', {disable, stop});
}

function postun(units: readonly Unit[]): string {
	const upgrade = [
		systemctl(
			'try-restart',
			unitNames(units, ({onUpgrade}) => onUpgrade === 'restart'),
		),
		systemctl(
			'try-reload-or-restart',
			unitNames(units, ({onUpgrade}) => onUpgrade === 'reload'),
		),
	].join('');
	return upgrade === '' ? '' : filledTemplate('rpm/postun.sh', {upgrade});
}

function systemctl(action: string, units: readonly string[]): string {
	return units.length === 0 ? '' : filledTemplate('rpm/systemctl.sh', {ACTION: action, UNITS: shellQuoted(units)});
}

function accounts({treatment}: NewPackage): string {
	const owners = new Set([...treatment.marks.values()].flatMap(({owner}) => [owner.user, owner.group]));
	const lines = treatment.accounts
		.filter(({name}) => owners.has(name))
		.map(({name, home, description}) =>
			filledTemplate('rpm/account.sh', {
				NAME: shellQuoted([name]),
				HOME: shellQuoted([home]),
				DESCRIPTION: shellQuoted([description.replaceAll(/[:\n]/g, ' ')]),
			}),
		)
		.join('');
	return lines === '' ? '' : filledTemplate('rpm/pre.sh', {accounts: lines});
}

/** The tags of the scripts, as rpmbuild writes them. */
export function scriptEntries(scripts: readonly RpmScript[]): HeaderEntry[] {
	return scripts.flatMap(({name, text, program}) => {
		const [textTag, programTag] = scriptTags[`%${name}`] ?? [0, 0];
		const pairs: ReadonlyArray<readonly [number, string]> = [
			[textTag, text],
			[programTag, program],
		];
		return pairs.map(([tag, value]): HeaderEntry => ({tag, type: 'string', count: 1, at: () => value}));
	});
}

/** What the scripts are run with, and what makes the accounts: both have to be there before. */
export function scriptRelations(scripts: readonly RpmScript[]): readonly Relation[] {
	return scripts.flatMap(({name, text, program}) => {
		const sense = senses[name] ?? 0;
		const makers = name === 'pre' && text.includes('useradd -r') ? ['/usr/sbin/groupadd', '/usr/sbin/useradd'] : [];
		return [
			{name: program, flags: ofInterpreter + sense, version: ''},
			...makers.map(maker => ({name: maker, flags: sense, version: ''})),
		];
	});
}
