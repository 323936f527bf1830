import {compare, valid} from '@renovatebot/pep440';
import {normalizedName} from '../../codecs/requirement-name.ts';
import type {DistributionChange} from '../../model/comparison.ts';
import {below, compareBytes} from '../../model/paths.ts';
import type {InstalledDistribution} from '../../model/survey.ts';
import type {Pair, Surveyed} from './surveyed.ts';

/** Which distributions came, went or changed; by name. */
export function changedDistributions(pair: Pair): DistributionChange[] {
	const [before, after] = [byName(pair.a), byName(pair.b)];
	const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareBytes);
	return names.flatMap(name => changeOf({from: before.get(name), to: after.get(name)}, pair) ?? []);
}

function byName({survey}: Surveyed): Map<string, InstalledDistribution> {
	return new Map(survey.distributions.map(distribution => [normalizedName(distribution.name), distribution]));
}

interface Versions {
	readonly from: InstalledDistribution | undefined;
	readonly to: InstalledDistribution | undefined;
}

function changeOf(versions: Versions, pair: Pair): DistributionChange | undefined {
	const {from, to} = versions;
	if (from && to) {
		const both = {name: to.name, from: from.version, to: to.version};
		return from.version === to.version
			? (isRebuilt(from, to, pair) && {kind: 'rebuilt', ...both}) || undefined
			: {kind: isLower(to.version, from.version) ? 'downgraded' : 'updated', ...both};
	}

	const kind = to ? 'added' : 'removed';
	return {kind, name: (to ?? from)?.name ?? '', from: from?.version, to: to?.version};
}

function isLower(version: string, than: string): boolean {
	return valid(version) !== null && valid(than) !== null && compare(version, than) < 0;
}

/**
 * The manifests know which wheel was installed. Without them the RECORDs tell, where they can be the same: they hold the
 * digests of scripts, which name the prefix.
 */
function isRebuilt(from: InstalledDistribution, to: InstalledDistribution, {a, b}: Pair): boolean {
	const [before, after] = [wheelOf(from, a), wheelOf(to, b)];
	if (before !== undefined && after !== undefined) {
		return before !== after;
	}

	return a.pkg.prefix === b.pkg.prefix && recordOf(from, a) !== recordOf(to, b);
}

function wheelOf({name}: InstalledDistribution, {pkg}: Surveyed): string | undefined {
	return pkg.manifest?.distributions.find(known => normalizedName(known.name) === normalizedName(name))?.sha256;
}

function recordOf({path}: InstalledDistribution, {survey}: Surveyed): string {
	return survey.digestOf(below(path, 'RECORD')) ?? '';
}
