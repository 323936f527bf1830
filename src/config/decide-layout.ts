import {bundleParts, type Layout} from '../model/layout.ts';
import {below, type InstallPath} from '../model/paths.ts';
import type {Config} from './config.ts';
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

/** Where a carried interpreter lies, such as `/opt/app/bin/python3.11`: the prefix is its own, as that of the venv. */
export function bundledPython(prefix: InstallPath, minor: string): InstallPath {
	return below(prefix, `bin/python${minor}`);
}
