import {decodeUnit, type UnitSetting} from '../codecs/systemd-unit.ts';
import type {Account} from '../model/additions.ts';
import {ConfigError} from '../model/errors.ts';
import {suggestion} from '../model/nearest.ts';
import {below, type InstallPath, installPath, isWithin, nameOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {Entry} from '../model/tree.ts';
import type {PlannedUnit} from '../model/units.ts';
import type {Addition, Ground} from './addition.ts';
import {baseAccounts} from './base-accounts.ts';
import {programsIn} from './exposed.ts';

/** Where systemd looks on every target: where /lib is not one with /usr/lib, it reads both. */
const unitFolder = installPath('/usr/lib/systemd/system');

/**
 * Units, the accounts that they run as (sysusers.d), and the folders that go with a purge.
 * Throws a ConfigError (UNIT_PROGRAM_MISSING) for a unit that starts what is not there.
 */
export const units: Addition = {
	name: 'a unit',
	of: ground => {
		const read = ground.plan.units.map(unit => ({unit, settings: decodeUnit(unit.text)}));
		for (const {unit, settings} of read) {
			checkPrograms(unit, settings, ground);
		}

		const accounts = accountsOf(read.map(({settings}) => settings));
		return {
			entries: [
				...read.map(({unit: {name, text}}) => textFile(below(unitFolder, name), text)),
				...sysusers(ground.plan.metadata.name, accounts),
			],
			units: read.map(({unit: {text: _text, ...unit}, settings}) => ({
				...unit,
				path: below(unitFolder, unit.name),
				installable: settings.some(({section}) => section === 'Install'),
			})),
			accounts,
			purged: [...new Set(read.flatMap(({settings}) => filledFolders(settings)))],
		};
	},
};

function textFile(path: InstallPath, text: string): Entry {
	return {kind: 'file', path, mode: 0o644, content: {kind: 'bytes', bytes: Buffer.from(text)}};
}

function checkPrograms({name}: PlannedUnit, settings: readonly UnitSetting[], {plan, tree}: Ground): void {
	const places = new Places(tree);
	for (const {key, value} of settings) {
		// systemd.service(5): what may stand before the path.
		const program = /^Exec[A-Z]/.test(key) ? /^[@:+!|-]*"?(\/[^\s"]+)/.exec(value)?.[1] : undefined;
		if (program !== undefined && isWithin(program, plan.prefix) && !places.at(installPath(program))) {
			const bin = below(plan.prefix, 'bin');
			throw new ConfigError(`${name} starts ${program}, which is not in the package`, {
				code: 'UNIT_PROGRAM_MISSING',
				key: name.replace(/^.*\./, ''),
				hint: suggestion(nameOf(installPath(program)), programsIn(tree, bin)),
			});
		}
	}
}

/** Whoever the units run as, but for those that every system has, numbers, and what is known only later. */
function accountsOf(all: ReadonlyArray<readonly UnitSetting[]>): Account[] {
	const accounts = new Map<string, Account>();
	for (const settings of all) {
		const last = (key: string) => settings.findLast(setting => setting.key === key)?.value ?? '';
		const user = last('User');
		if (
			!/^[a-z_][a-z0-9_-]*$/.test(user) ||
			baseAccounts.has(user) ||
			accounts.has(user) ||
			isTrue(last('DynamicUser'))
		) {
			continue;
		}

		const [home = '/nonexistent'] = foldersOf(settings, 'StateDirectory');
		accounts.set(user, {name: user, description: last('Description') || user, home});
	}

	return [...accounts.values()];
}

/** systemd.syntax(7), Boolean. */
function isTrue(text: string): boolean {
	return /^(?:1|yes|y|true|t|on)$/i.test(text);
}

const bases = [
	['StateDirectory', '/var/lib'],
	['CacheDirectory', '/var/cache'],
	['LogsDirectory', '/var/log'],
] as const;

function filledFolders(settings: readonly UnitSetting[]): InstallPath[] {
	const folders = bases.flatMap(([directive]) => foldersOf(settings, directive));
	const isDynamic = isTrue(settings.findLast(({key}) => key === 'DynamicUser')?.value ?? '');
	// systemd.exec(5): for an account that comes and goes they lie in `private`, and a link leads there.
	return isDynamic ? folders.flatMap(folder => [folder, privateOf(folder)]) : folders;
}

function privateOf(folder: InstallPath): InstallPath {
	const base = bases.find(([, place]) => isWithin(folder, place))?.[1] ?? '';
	return installPath(`${base}/private${folder.slice(base.length)}`);
}

function foldersOf(settings: readonly UnitSetting[], directive: (typeof bases)[number][0]): InstallPath[] {
	const base = bases.find(([name]) => name === directive)?.[1] ?? '';
	return settings
		.filter(({key, value}) => key === directive && !value.includes('%'))
		.flatMap(({value}) => value.split(/\s+/))
		.map(folder => folder.replace(/:.*$/, ''))
		.filter(folder => folder !== '')
		.map(folder => installPath(`${base}/${folder}`));
}

/** sysusers.d(5). No shell is told: systemd takes nologin. */
function sysusers(name: string, accounts: readonly Account[]): Entry[] {
	const lines = accounts.map(
		({name: user, description, home}) => `u ${user} - "${description.replaceAll(/["\\:]/g, ' ')}" ${home}\n`,
	);
	return lines.length === 0 ? [] : [textFile(installPath(`/usr/lib/sysusers.d/${name}.conf`), lines.join(''))];
}
