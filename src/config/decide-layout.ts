import {normalizedName} from '../codecs/requirement-name.ts';
import {bundleParts, type Layout} from '../model/layout.ts';
import {below, type InstallPath} from '../model/paths.ts';
import type {Config} from './config.ts';
import type {Merged} from './merge.ts';
import {refusal} from './place.ts';

/**
 * How the tree finds its interpreter.
 * Throws a ConfigError (BUNDLE_NEEDED) for what only means something where an interpreter is carried.
 */
export function layoutOf({values, places}: Config): Layout {
	const {relocatable = false, keep = [], 'bundle-libraries': libraries = true} = values;
	if (values['bundle-python']) {
		return {relocatable, bundle: {libraries, keep: bundleParts.filter(part => keep.includes(part))}};
	}

	const place = places.keep ?? places['bundle-libraries'];
	if (place) {
		throw refusal(place, 'says something of an interpreter that comes along, and none does', {
			code: 'BUNDLE_NEEDED',
			hint: 'add bundle-python = true, or leave it out',
		});
	}

	return {relocatable};
}

/**
 * What may lie anywhere needs a prefix all the same: where a package manager puts it, and what bytecode says. Where nobody
 * names one, it is `/opt/NAME`, if the name is given or stated by the project; the same values where it is not.
 */
export function withNominalPrefix(merged: Merged, stated: string | undefined): Merged {
	const {values, places} = merged;
	const name = values.name ?? (stated && normalizedName(stated));
	if (!values.relocatable || values.prefix !== undefined || !name) {
		return merged;
	}

	const prefix = `/opt/${name}`;
	const place = {origin: 'default', named: 'the prefix, which follows from the name,', file: undefined, key: 'prefix'};
	return {values: {...values, prefix}, places: {...places, prefix: place}};
}

/** Where a carried interpreter lies, such as `/opt/app/bin/python3.11`: the prefix is its own, as that of the venv. */
export function bundledPython(prefix: InstallPath, minor: string): InstallPath {
	return below(prefix, `bin/python${minor}`);
}
