import {chunksOf} from '../../host/read.ts';
import type {NewPackage} from '../../model/package.ts';
import {type InstallPath, isWithin, linkDestination} from '../../model/paths.ts';
import {type SettingValues, tableOf} from '../../model/settings.ts';
import type {Content, Entry} from '../../model/tree.ts';
import {isMovable} from '../archive-place.ts';
import {rpmScripts} from './scripts.ts';

/**
 * The folder that an administrator may replace by another, with `rpm --prefix`; undefined where rpm is to refuse that,
 * since the tree is right at its place alone, or something else in the package leads to it there. rpm moves files; it
 * changes no link and no text: docs/manual/relocatable.md of rpm.
 */
export function replaceablePrefix(pkg: NewPackage, settings: SettingValues): InstallPath | undefined {
	return isMovable(pkg) && namedBy(pkg, settings) === undefined ? pkg.prefix : undefined;
}

/** For a note: why a tree that may be moved cannot be, once it is this package; undefined: it can, or never could. */
export function unreplaceable(pkg: NewPackage, settings: SettingValues = {}): string | undefined {
	const by = isMovable(pkg) ? namedBy(pkg, settings) : undefined;
	return by && `the prefix that rpm --prefix would replace: ${by} leads to ${pkg.prefix}`;
}

/** The first thing of the package that lies outside of the prefix and says where it is. What is only read by people may. */
function namedBy(pkg: NewPackage, settings: SettingValues): string | undefined {
	const needle = Buffer.from(pkg.prefix);
	const {marks} = pkg.treatment;
	const entry = pkg.tree.entries.find(each => {
		const role = marks.get(each.path)?.role;
		const isText = role === 'doc' || role === 'license';
		return !isText && !isWithin(each.path, pkg.prefix) && leadsTo(each, pkg.prefix, needle);
	});
	return entry?.path ?? scriptsOf(pkg, settings).find(({text}) => holdsPath(Buffer.from(text), needle))?.name;
}

function leadsTo(entry: Entry, prefix: InstallPath, needle: Buffer): boolean {
	switch (entry.kind) {
		case 'directory':
			return false;
		case 'link':
			return isWithin(linkDestination(entry.path, entry.target), prefix);
		case 'file':
			return contentHolds(entry.content, needle);
	}
}

/** A script of the user's can ask for $RPM_INSTALL_PREFIX instead. */
function scriptsOf(
	pkg: NewPackage,
	settings: SettingValues,
): ReadonlyArray<{readonly name: string; readonly text: string}> {
	return [
		...rpmScripts(pkg, settings).map(({name, text}) => ({name: `%${name}`, text})),
		...tableOf(settings.triggers).map(([head, text]) => ({name: `%${head}`, text})),
	];
}

function contentHolds(content: Content, needle: Buffer): boolean {
	let before = Buffer.alloc(0);
	for (const chunk of chunksOf(content)) {
		const bytes = Buffer.concat([before, chunk]);
		if (holdsPath(bytes, needle)) {
			return true;
		}

		before = bytes.subarray(Math.max(0, bytes.length - needle.length));
	}

	return false;
}

/** Whether a path begins there, whole: /opt/app is none in /opt/apple. */
function holdsPath(bytes: Buffer, needle: Buffer): boolean {
	for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
		if (!/^[\w.-]/.test(bytes.toString('latin1', at + needle.length, at + needle.length + 1))) {
			return true;
		}
	}

	return false;
}
