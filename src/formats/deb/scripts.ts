import type {Unit} from '../../model/additions.ts';
import type {NewPackage} from '../../model/package.ts';
import {type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {SettingValues} from '../../model/settings.ts';
import {filledTemplate, joinedScript, shellQuoted} from '../script-template.ts';

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

function postinst(pkg: NewPackage): string {
	const {units} = pkg.treatment;
	const part = (template: string, words: readonly string[], mark: string) =>
		words.length === 0 ? '' : filledTemplate(`deb/${template}.sh`, {[mark]: shellQuoted(words)});
	const parts = {
		accounts: part('accounts', filesIn(pkg, '/usr/lib/sysusers.d'), 'FILES'),
		tmpfiles: part('tmpfiles', filesIn(pkg, '/usr/lib/tmpfiles.d'), 'FILES'),
		owners: owners(pkg),
		enable: part(
			'enable',
			named(units, ({enable, installable}) => enable && installable),
			'UNITS',
		),
		disabled: part(
			'disabled',
			named(units, ({enable, installable}) => !enable && installable),
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
	const names = named(units, () => true);
	return names.length === 0 ? '' : filledTemplate('deb/invoke.sh', {ACTION: action, UNITS: shellQuoted(names)});
}

function prerm({treatment: {units}}: NewPackage): string {
	const names = named(units, () => true);
	return names.length === 0 ? '' : filledTemplate('deb/prerm.sh', {UNITS: shellQuoted(names)});
}

function postrm({treatment: {units, purged, ghosts}}: NewPackage): string {
	const names = named(units, ({installable}) => installable);
	const timers = named(units, ({name}) => name.endsWith('.timer'));
	const stamps = timers.map(name => `/var/lib/systemd/timers/stamp-${name}`);
	const part = (template: string, words: readonly string[], mark: string) =>
		words.length === 0 ? '' : filledTemplate(`deb/${template}.sh`, {[mark]: shellQuoted(words)});
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
	return tree.entries
		.map(entry => ({entry, owner: marks.get(entry.path)?.owner}))
		.filter(({owner}) => owner !== undefined && (made.has(owner.user) || made.has(owner.group)))
		.map(({entry, owner}) => {
			const path = shellQuoted([entry.path]);
			// chown(2) takes these bits away.
			const special = entry.kind !== 'link' && (entry.mode & 0o6000) !== 0;
			const mode = special ? `chmod ${entry.mode.toString(8)} "\${DPKG_ROOT:-}"${path}` : '';
			return filledTemplate('deb/owner.sh', {PATH: path, OWNER: `${owner?.user}:${owner?.group}`, mode});
		})
		.join('');
}

/** A template is no unit that could be started; its instances are. */
function named(units: readonly Unit[], which: (unit: Unit) => boolean): string[] {
	return units.filter(unit => which(unit) && !unit.name.includes('@.')).map(({name}) => name);
}

/** The names of the configuration files in a folder, as the tools take them. */
function filesIn({tree}: NewPackage, folder: string): string[] {
	const isThere = (path: InstallPath) => parentOf(path) === folder && path.endsWith('.conf');
	return tree.entries.filter(({kind, path}) => kind === 'file' && isThere(path)).map(({path}) => nameOf(path));
}
