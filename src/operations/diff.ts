import type {ComparedArtifact, Comparison} from '../model/comparison.ts';
import {timed} from '../model/events.ts';
import {sizeOf} from '../model/tree.ts';
import {changedDistributions} from './comparison/distributions.ts';
import {changedFiles, uncomparedIn} from './comparison/files.ts';
import {changedMetadata} from './comparison/metadata.ts';
import type {Pair} from './comparison/surveyed.ts';
import type {Context} from './context.ts';
import {type ArtifactRequest, type OpenedArtifact, openArtifact} from './open.ts';
import {surveyAtHand} from './survey.ts';

/** The two artifacts to compare, of whatever format. */
export interface DiffRequest {
	readonly a: ArtifactRequest;
	readonly b: ArtifactRequest;
}

/**
 * Compares two artifacts, as far as both formats can tell: the same tree in two formats is equal. Each file is read once; of
 * a release index on a server (asar) none is, and the digests in it are taken at their word.
 * Throws what `openArtifact` throws, and an ArtifactError where the bytes of a file cannot be had.
 */
export async function diff({a, b}: DiffRequest, context: Context): Promise<Comparison> {
	return timed(context.listener, 'compare', `${a.artifact} with ${b.artifact}`, async () => {
		const first = await openArtifact({...a, partly: true}, context);
		try {
			const second = await openArtifact({...b, partly: true}, context);
			try {
				return await compareOpened({artifact: first, named: a.artifact}, {artifact: second, named: b.artifact});
			} finally {
				second.close();
			}
		} finally {
			first.close();
		}
	});
}

/** An artifact at hand, and what the user calls it. */
export interface NamedArtifact {
	readonly artifact: OpenedArtifact;
	readonly named: string;
}

/** Compares what is open already. */
export async function compareOpened(a: NamedArtifact, b: NamedArtifact): Promise<Comparison> {
	const pair: Pair = {
		a: {...a.artifact, survey: await surveyAtHand(a.artifact)},
		b: {...b.artifact, survey: await surveyAtHand(b.artifact)},
	};
	return {a: factsOf(a), b: factsOf(b), ...comparePair(pair)};
}

/** Compares two trees with what is declared beside them. */
export function comparePair(pair: Pair): Omit<Comparison, 'a' | 'b'> {
	const distributions = changedDistributions(pair);
	const metadata = changedMetadata(pair);
	const {files, following} = changedFiles(pair, distributions.length + metadata.length > 0);
	const equal = distributions.length + metadata.length + files.length === 0;
	return {equal, distributions, metadata, files, following, uncompared: uncomparedIn(pair)};
}

function factsOf({artifact, named}: NamedArtifact): ComparedArtifact {
	const {pkg, format, size} = artifact;
	let files = 0;
	let bytes = 0;
	for (const entry of pkg.tree.entries) {
		if (entry.kind === 'file') {
			files++;
			bytes += sizeOf(entry.content);
		}
	}

	return {artifact: named, format, name: pkg.metadata.name, version: pkg.metadata.version, size, files, bytes};
}
