import * as v from 'valibot';
import {ArtifactError} from '../model/errors.ts';
import type {ManifestSummary} from '../model/manifest.ts';
import type {Owner} from '../model/owner.ts';
import {encodeSummary} from './manifest.ts';

/** What asar has no words for, by path from its top. */
export interface AsarLosses {
	/** Permission bits that do not follow from whether a file may be executed: 0644 or 0755, 0755 of a folder. */
	readonly modes: ReadonlyMap<string, number>;
	readonly owners: ReadonlyMap<string, Owner>;
	/** Texts of links that asar would give back otherwise, or not at all. */
	readonly links: ReadonlyMap<string, string>;
}

const lossesSchema = v.object({
	lost: v.object({
		modes: v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-7]{4}$/))),
		owners: v.record(v.string(), v.object({user: v.string(), group: v.string()})),
		links: v.record(v.string(), v.string()),
	}),
});

/** The summary of the manifest, and with it what an asar archive loses, as JSON; the same values give the same bytes. */
export function encodeAsarSummary(summary: ManifestSummary, {modes, owners, links}: AsarLosses): Uint8Array {
	const lost = {
		modes: Object.fromEntries([...modes].map(([path, mode]) => [path, mode.toString(8).padStart(4, '0')])),
		owners: Object.fromEntries([...owners].map(([path, {user, group}]) => [path, {user, group}])),
		links: Object.fromEntries(links),
	};
	const text = Buffer.from(encodeSummary(summary)).toString();
	return Buffer.from(`${text.slice(0, text.lastIndexOf('\n}'))},\n  "lost": ${JSON.stringify(lost)}\n}\n`);
}

/**
 * What is to be given back to an archive that has such a summary. Throws an ArtifactError (ASAR_BROKEN) for what is none.
 */
export function decodeAsarLosses(bytes: Uint8Array): AsarLosses {
	const result = v.safeParse(lossesSchema, parsed(bytes), {abortEarly: true});
	if (!result.success) {
		throw invalid(result.issues[0].message);
	}

	const {modes, owners, links} = result.output.lost;
	return {
		modes: new Map(Object.entries(modes).map(([path, mode]) => [path, Number.parseInt(mode, 8)])),
		owners: new Map(Object.entries(owners)),
		links: new Map(Object.entries(links)),
	};
}

function parsed(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
	} catch (error) {
		throw invalid('it is no JSON', error);
	}
}

function invalid(reason: string, cause?: unknown): ArtifactError {
	return new ArtifactError(`what the archive says of its modes, owners and links cannot be read: ${reason}`, {
		code: 'ASAR_BROKEN',
		format: 'asar',
		reading: true,
		hint: 'the archive is damaged, or made by a later venvpack',
		cause,
	});
}
