import {nameOf} from '../../model/paths.ts';
import {isDistInfo} from '../place.ts';
import type {Rule} from '../rule.ts';

/** PEP 610: where a distribution came from. A place on the builder means nothing elsewhere; a URL does. */
export const directUrl: Rule = {
	name: 'direct-url',
	because: 'it holds the place of a wheel or checkout on the builder',
	applies: (entry, place) => nameOf(entry.path) === 'direct_url.json' && isDistInfo(entry.path, place.prefix),
	rewrite(entry, place) {
		return entry.kind === 'file' && directUrlOf(place.bytes(entry))?.url.startsWith('file:') === true
			? undefined
			: entry;
	},
};

/** What a direct_url.json says; undefined where it is no such thing. */
export function directUrlOf(bytes: Uint8Array): {readonly url: string; readonly editable: boolean} | undefined {
	try {
		const value: unknown = JSON.parse(Buffer.from(bytes).toString());
		return isDirectUrl(value) ? {url: value.url, editable: value.dir_info?.editable === true} : undefined;
	} catch {
		return undefined;
	}
}

function isDirectUrl(value: unknown): value is {url: string; dir_info?: {editable?: unknown}} {
	return typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string';
}
