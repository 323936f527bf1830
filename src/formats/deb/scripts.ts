import type {Unit} from '../../model/additions.ts';
import type {NewPackage} from '../../model/package.ts';
import {compareBytes, installPath, nameOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {SettingValues} from '../../model/settings.ts';
import {filledTemplate, joinedScript, shellQuoted} from '../script-template.ts';
import {unitNames} from '../unit-names.ts';

/** Maintainer scripts by their names, those that the package has: Debian Policy, chapter 6. */
export type DebScripts = ReadonlyMap<string, string>;

/**
 * The scripts of a package: what dpkg does not do by itself, in the way of dh_installsysusers, dh_installtmpfiles and
 * dh_installsystemd, and what the configuration adds. None where nothing is to be done.
 */
export function debScripts(pkg: NewPackage, settings: SettingValues): DebScripts {
	const generated: Readonly<Record<string, string>> = {
		preinst: '',
		postinst: postinst(pkg),
		prerm: prerm(pkg),
		postrm: postrm(pkg),
	};
	const scripts = Object.entries(generated).map(([name, text]): [string, string] => {
		const own = String(settings[name] ?? '');
		return [name, joinedScript({generated: text, own, ownFirst: name.endsWith('rm')})];
	});
	return new Map(scripts.filter(([, text]) => text !== ''));
}

/** Whether installing it calls systemd-sysusers, which the package then has to depend on. */
export function makesAccounts(pkg: NewPackage): boolean {
	return filesIn(pkg, '/usr/lib/sysusers.d').length > 0;
}

/** A template about some words; nothing where there are none. */
function part(template: string, words: readonly string[], mark: string): string {
	return words.length === 0 ? '' : filledTemplate(`deb/${template}.sh`, {[mark]: shellQuoted(words)});
}

function postinst(pkg: NewPackage): string {
	const {units} = pkg.treatment;
	const parts = {
		accounts: part('accounts', filesIn(pkg, '/usr/lib/sysusers.d'), 'FILES'),
		tmpfiles: part('tmpfiles', filesIn(pkg, '/usr/lib/tmpfiles.d'), 'FILES'),
		owners: owners(pkg),
		enable: part(
			'enable',
			unitNames(units, ({enable, installable}) => enable && installable),
			'UNITS',
		),
		disabled: part(
			'disabled',
			unitNames(units, ({enable, installable}) => !enable && installable),
			'UNITS',
		),
		start: start(units),
	};
	return Object.values(parts).every(text => text === '') ? '' : filledTemplate('deb/postinst.sh', parts);
}

function start(units: readonly Unit[]): string {
	if (units.length === 0) {
		return '';
	}

	const upgrade = [
		invoke(
			'restart',
			units.filter(unit => unit.onUpgrade === 'restart' && unit.start),
		),
		invoke(
			'try-restart',
			units.filter(unit => unit.onUpgrade === 'restart' && !unit.start),
		),
		invoke(
			'try-reload-or-restart',
			units.filter(unit => unit.onUpgrade === 'reload'),
		),
		// One that this version brings starts; to one that runs it does nothing.
		invoke(
			'start',
			units.filter(unit => unit.onUpgrade !== 'restart' && unit.start),
		),
	].join('');
	const first = invoke(
		'start',
		units.filter(unit => unit.start),
	);
	return filledTemplate('deb/start.sh', {upgrade: upgrade || ':', first: first || ':'});
}

function invoke(action: string, units: readonly Unit[]): string {
	const names = unitNames(units);
	return names.length === 0 ? '' : filledTemplate('deb/invoke.sh', {ACTION: action, UNITS: shellQuoted(names)});
}

function prerm({treatment: {units}}: NewPackage): string {
	return part('prerm', unitNames(units), 'UNITS');
}

function postrm({treatment: {units, purged, ghosts}}: NewPackage): string {
	const names = unitNames(units, ({installable}) => installable);
	const timers = unitNames(units, ({name}) => name.endsWith('.timer'));
	const stamps = timers.map(name => `/var/lib/systemd/timers/stamp-${name}`);
	const files = ghosts.filter(({kind}) => kind === 'file').map(({path}) => path);
	const purge = [part('forget', names, 'UNITS'), part('ghosts', files, 'FILES')];
	const folders = units.length === 0 ? '' : part('folders', [...purged, ...stamps], 'FOLDERS');
	const lines = [...purge, folders].join('');
	return [
		units.length === 0 ? '' : filledTemplate('deb/reload.sh', {}),
		lines === '' ? '' : filledTemplate('deb/postrm.sh', {purge: lines}),
	].join('');
}

function owners({treatment: {marks, accounts}, tree}: NewPackage): string {
	const made = new Set(accounts.map(({name}) => name));
	const places = new Places(tree);
	return [...marks]
		.filter(([, {owner}]) => made.has(owner.user) || made.has(owner.group))
		.flatMap(([place, {owner}]) => {
			const entry = places.at(place);
			return entry === undefined ? [] : [{entry, owner}];
		})
		.sort((one, other) => compareBytes(one.entry.path, other.entry.path))
		.map(({entry, owner}) => {
			const path = shellQuoted([entry.path]);
			// chown(2) takes these bits away.
			const special = entry.kind !== 'link' && (entry.mode & 0o6000) !== 0;
			const mode = special ? `chmod ${entry.mode.toString(8)} "\${DPKG_ROOT:-}"${path}` : '';
			return filledTemplate('deb/owner.sh', {PATH: path, OWNER: `${owner.user}:${owner.group}`, mode});
		})
		.join('');
}

/** The names of the configuration files in a folder, as the tools take them. */
function filesIn({tree}: NewPackage, folder: string): string[] {
	return [...new Places(tree).in(installPath(folder))]
		.filter(({kind, path}) => kind === 'file' && path.endsWith('.conf'))
		.map(({path}) => nameOf(path));
}
