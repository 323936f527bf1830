import type {Mark, Marks} from '../../model/additions.ts';
import {type InstallPath, isWithin} from '../../model/paths.ts';
import type {Entry} from '../../model/tree.ts';

/** RPMFILE_… of include/rpm/rpmfiles.h. */
const bits = {config: 1, doc: 2, noreplace: 16, ghost: 64, license: 128} as const;

/** An administrator's changes stay: `%config(noreplace)`. */
const byRole: Readonly<Record<Mark['role'], number>> = {
	plain: 0,
	conffile: bits.config + bits.noreplace,
	doc: bits.doc,
	license: bits.license,
	ghost: bits.ghost,
};

/** Folders whose files rpmbuild calls documentation without being told (`%__docdir_path` and build/files.c). */
const documentation = ['/usr/share/doc', '/usr/share/info', '/usr/share/man', '/usr/share/gtk-doc/html', '/usr/info'];

/** The FILEFLAGS of an entry: what its mark says, else what rpmbuild takes it for. */
export function fileFlagsOf({kind, path}: Entry, marks: Marks): number {
	const role = marks.get(path)?.role ?? 'plain';
	return role === 'plain' && kind !== 'directory' && isDocumentation(path) ? bits.doc : byRole[role];
}

function isDocumentation(path: InstallPath): boolean {
	return documentation.some(folder => isWithin(path, folder));
}

/** RPMVERIFY_ALL: `rpm -V` looks at everything. */
const all = 0xff_ff_ff_ff;
/** The same without digest, size, target and time, which nobody knows of a ghost beforehand. */
const ofGhosts = 0xff_ff_ff_d8;

/** The FILEVERIFYFLAGS of an entry. */
export function verifyFlagsOf({path}: Entry, marks: Marks): number {
	return marks.get(path)?.role === 'ghost' ? ofGhosts : all;
}
