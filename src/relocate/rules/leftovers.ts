import {nameOf, parentOf} from '../../model/paths.ts';
import {isDistInfo} from '../place.ts';
import type {Rule} from '../rule.ts';

const ofVenv = new Set(['.lock', '.gitignore', 'CACHEDIR.TAG']);
const ofDistribution = new Set(['uv_cache.json', 'uv_build.json']);

/** What installers leave for themselves: locks, marks for other tools, notes on their caches. */
export const leftovers: Rule = {
	name: 'leftovers',
	because: 'installers leave files for themselves, some with times and paths of the builder',
	applies: (entry, place) =>
		entry.kind === 'file' &&
		!place.downloaded.has(entry.path) &&
		((parentOf(entry.path) === place.prefix && ofVenv.has(nameOf(entry.path))) ||
			(ofDistribution.has(nameOf(entry.path)) && isDistInfo(entry.path, place.prefix))),
	rewrite: () => undefined,
};
