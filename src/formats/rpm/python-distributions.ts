import {explain} from '@renovatebot/pep440';
import {normalizedName} from '../../codecs/requirement-name.ts';
import type {Distribution} from '../../model/metadata.ts';

/**
 * The version of a Python distribution as rpm's own generator (scripts/pythondistdeps.py) writes it, which is not how the
 * version of a package is mapped: zeros at the end go away, and a local label is left out. Empty for what is no PEP 440 version.
 */
export function pythonDistVersion(version: string): string {
	const parts = explain(version);
	if (parts === null) {
		return '';
	}

	const {epoch, pre, dev, post} = parts;
	const release = parts.release.join('.').replace(/(?:\.0)+$/, '');
	const suffix = pre ? `~${pre.join('')}` : dev === null ? (post === null ? '' : `^post${post}`) : `~~dev${dev}`;
	return `${epoch === 0 ? '' : `${epoch}:`}${release}${suffix}`;
}

/** `bundled(python3dist(NAME))` and its version, for whom looks which packages hold a library: Fedora's packaging guidelines. */
export function bundledDistributions(
	distributions: readonly Distribution[],
): ReadonlyArray<{readonly name: string; readonly version: string}> {
	return distributions.map(({name, version}) => ({
		name: `bundled(python3dist(${normalizedName(name)}))`,
		version: pythonDistVersion(version),
	}));
}
