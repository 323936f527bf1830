import {type Finding, type FindingKind, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, isWithin, nameOf, parentOf} from '../../model/paths.ts';
import {isExecutable} from '../../model/places.ts';
import type {Entry, FileEntry} from '../../model/tree.ts';
import type {Check, FileCheck} from '../check.ts';
import {modeKinds as kinds} from './mode-kinds.ts';

/** Where a service has what is its own (FHS 3.0), also in a package without a prefix. */
const stateFolder = /^\/(?:etc|var|srv|run)(?:\/|$)/;

export const modes: Check = {
	name: 'modes',
	question: 'May everybody use the application, and nobody but root change it?',
	kinds: Object.values(kinds),
	unasked: ({carries}) => (carries.modes === 'none' ? 'the format holds no modes' : undefined),
	begin: subject => ({
		open: entry => (isIdle(entry, subject.pkg.prefix) ? startCheck(entry.path) : undefined),
		finish: () => subject.pkg.tree.entries.flatMap(entry => judge(entry, subject)),
	}),
};

function judge(entry: Entry, subject: OpenedPackage): Finding[] {
	const found = entry.kind !== 'link' && subject.carries.modes === 'all' ? modeOf(entry, subject) : undefined;
	return [...(found ? [found] : []), ...ownerOf(entry, subject)];
}

/** The gravest. */
function modeOf(entry: Exclude<Entry, {kind: 'link'}>, {carries, declared, pkg}: OpenedPackage): Finding | undefined {
	const {kind, path, mode} = entry;
	const finding = (of: FindingKind) =>
		findingOf(of, {path, message: `has the mode ${mode.toString(8).padStart(4, '0')}`});
	const isFolder = kind === 'directory';
	if (!isFolder && (mode & 0o6000) !== 0) {
		return finding(kinds.setuid);
	}

	if ((mode & 0o002) !== 0 && !(isFolder && (mode & 0o1000) !== 0)) {
		return finding(kinds.writable);
	}

	// Who is given to a group of its own, such as a folder of state, is meant so.
	if (carries.owners && declared.owners.has(path)) {
		return undefined;
	}

	if ((mode & 0o020) !== 0) {
		return finding(kinds.groupWritable);
	}

	const needed = isFolder ? 0o555 : (mode & 0o111) === 0 ? 0o444 : 0o555;
	if ((mode & needed) === needed) {
		return undefined;
	}

	const isSecret = declared.conffiles.includes(path) || !isWithin(path, pkg.prefix);
	return isSecret ? undefined : finding(kinds.closed);
}

/** A folder on the disk belongs to whoever unpacked it: only what a format carries arrives elsewhere. */
function ownerOf({path}: Entry, {carries, declared, pkg}: OpenedPackage): Finding[] {
	const owner = carries.owners ? declared.owners.get(path) : undefined;
	return owner && isWithin(path, pkg.prefix) && !stateFolder.test(path)
		? [findingOf(kinds.owner, {path, message: `belongs to ${owner.user}:${owner.group}`})]
		: [];
}

/** What lies where programs lie, and cannot be started. */
function isIdle(entry: FileEntry, prefix: InstallPath): boolean {
	return (
		parentOf(entry.path) === below(prefix, 'bin') &&
		!isExecutable(entry) &&
		!/\.(?:bat|cmd|ps1)$/.test(nameOf(entry.path))
	);
}

function startCheck(path: InstallPath): FileCheck {
	let head = '';
	return {
		push: chunk => {
			head = head.length < 4 ? head + Buffer.from(chunk.subarray(0, 4)).toString('latin1') : head;
		},
		close: () =>
			/^(?:#!|\x7fELF)/.test(head)
				? [findingOf(kinds.idle, {path, message: 'is a program, and nobody may run it'})]
				: [],
	};
}
