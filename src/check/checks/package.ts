import {type Finding, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {type InstallPath, isWithin} from '../../model/paths.ts';
import type {Survey} from '../../model/survey.ts';
import {sizeOf, type Tree} from '../../model/tree.ts';
import type {Check} from '../check.ts';
import {elfPlaces} from '../elf-place.ts';
import {interpreterRelation} from '../interpreter-relation.ts';
import {isOwnHome} from '../layout.ts';
import {packageKinds as kinds} from './package-kinds.ts';

/** Whether what the package manager is told is true, and enough. */
export const packaging: Check = {
	name: 'package',
	question: 'Does the package tell the package manager what its files need?',
	kinds: Object.values(kinds),
	unasked: ({format, carries}) =>
		carries.relations || carries.metadata ? undefined : `${format} has no words for a package manager`,
	begin: subject => ({
		finish: survey => [
			...interpreterFindings(subject, survey),
			...archFindings(subject, survey),
			...sizeFindings(subject),
			...fieldFindings(subject),
			...conffileFindings(subject),
		],
	}),
};

/** Folders whose files no package owns (FHS 3.8, 3.13, 3.14, 4.9): no dependency brings them. */
const unpackaged = ['/usr/local', '/home', '/root', '/opt', '/srv', '/tmp'];

function interpreterFindings({pkg, carries, declared}: OpenedPackage, {venv}: Survey): Finding[] {
	const path = venv?.interpreter;
	const isOwn =
		path === undefined || venv?.bundled || [pkg.prefix, ...unpackaged].some(folder => isWithin(path, folder));
	const minor = venv?.minor ?? '';
	if (carries.relations && venv !== undefined && isOwnHome(venv)) {
		return needlessFindings(pkg.prefix, declared.relations.requires ?? [], minor);
	}

	if (!carries.relations || isOwn || minor === '') {
		return [];
	}

	const asks = interpreterRelation(declared.relations.requires ?? [], {path, minor});
	const runs = `runs with ${path}, Python ${minor}`;
	switch (asks) {
		case 'exact':
			return [];
		case 'loose':
			return [findingOf(kinds.loose, {path: pkg.prefix, message: `${runs}, and asks for any Python 3`})];
		case 'none':
			return [findingOf(kinds.undeclared, {path: pkg.prefix, message: `${runs}, and does not ask for it`})];
	}
}

/** Who carries an interpreter asks for none. */
function needlessFindings(path: InstallPath, requires: readonly string[], minor: string): Finding[] {
	const usual = `/usr/bin/python${minor}`;
	const needless = requires.filter(relation => interpreterRelation([relation], {path: usual, minor}) !== 'none');
	return needless.map(relation =>
		findingOf(kinds.needless, {path, message: `holds Python ${minor}, and asks for ${relation} as well`}),
	);
}

function archFindings(subject: OpenedPackage, survey: Survey): Finding[] {
	if (subject.pkg.arch !== 'any') {
		return [];
	}

	const {wanted, machine} = elfPlaces(subject, survey);
	const [first] = wanted;
	return first
		? [findingOf(kinds.arch, {path: first.path, message: `is for ${machine}, and the package for every machine`})]
		: [];
}

/** Tools count in blocks, folders as one or not at all: only what is far off is wrong. In KiB. */
const slack = 1024;

function sizeFindings({pkg, declared}: OpenedPackage): Finding[] {
	const [rpm] = ['LONGSIZE', 'SIZE'].flatMap(tag => declared.fields.get(tag) ?? []);
	const told = rpm === undefined ? Number(declared.fields.get('Installed-Size')) : Number(rpm) / 1024;
	const is = sizeOfTree(pkg.tree);
	if (!Number.isFinite(told) || (told <= 2 * is + slack && is <= 2 * told + slack)) {
		return [];
	}

	const message = `says that it takes ${Math.round(told)} KiB, and takes ${Math.round(is)}`;
	return [findingOf(kinds.size, {path: pkg.prefix, message})];
}

function sizeOfTree({entries}: Tree): number {
	return entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? Math.ceil(sizeOf(entry.content) / 1024) : 1), 0);
}

/** Debian Policy 5.3; the mandatory tags of rpm's format documentation. */
function fieldFindings({pkg, format, carries, declared}: OpenedPackage): Finding[] {
	const {version, summary, maintainer, license} = pkg.metadata;
	const common = {version, summary};
	const asked: Readonly<Record<string, string | undefined>> =
		format === 'deb' ? {...common, maintainer, section: declared.fields.get('Section')} : {...common, license};
	return Object.entries(asked)
		.filter(([, value]) => carries.metadata && (value ?? '') === '')
		.map(([name]) => {
			// Many projects say nothing of theirs, and whoever packages them cannot.
			const severity = name === 'license' ? 'note' : kinds.field.severity;
			return findingOf(kinds.field, {path: pkg.prefix, severity, message: `has no ${name}`});
		});
}

function conffileFindings({pkg, declared}: OpenedPackage): Finding[] {
	const files = new Set(pkg.tree.entries.filter(({kind}) => kind === 'file').map(({path}) => path));
	return declared.conffiles
		.filter(path => !files.has(path))
		.map(path =>
			findingOf(kinds.conffile, {path, message: 'is listed among the configuration files, and is not there'}),
		);
}
