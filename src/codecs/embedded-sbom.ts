import * as v from 'valibot';
import type {EmbeddedComponent} from '../model/inventory.ts';

/** More than any wheel lists. */
const most = 10_000;

const licence = v.union([
	v.object({expression: v.string()}),
	v.object({license: v.object({id: v.optional(v.string()), name: v.optional(v.string())})}),
]);

const component = v.object({
	type: v.fallback(v.picklist(['library', 'application', 'framework', 'file', 'operating-system']), 'library'),
	name: v.pipe(v.string(), v.minLength(1)),
	version: v.optional(v.string(), ''),
	purl: v.fallback(v.optional(v.pipe(v.string(), v.startsWith('pkg:')), ''), ''),
	licenses: v.fallback(v.optional(v.array(licence), []), []),
	components: v.optional(v.array(v.unknown()), []),
});

const document = v.object({
	bomFormat: v.literal('CycloneDX'),
	components: v.optional(v.array(v.unknown()), []),
});

/**
 * The components that a bill of materials in a wheel lists, those inside of others too, in their order; undefined for what
 * is no CycloneDX in JSON. It is hostile input: what is not understood is left out. Source: PEP 770.
 */
export function decodeEmbeddedSbom(text: string, source: string): readonly EmbeddedComponent[] | undefined {
	const parsed = v.safeParse(document, json(text));
	if (!parsed.success) {
		return undefined;
	}

	const found: EmbeddedComponent[] = [];
	const waiting = [...parsed.output.components].reverse();
	while (waiting.length > 0 && found.length < most) {
		const one = v.safeParse(component, waiting.pop());
		if (one.success) {
			const {type, name, version, purl, licenses, components} = one.output;
			found.push({type, name, version, purl, license: licenceOf(licenses), source});
			waiting.push(...[...components].reverse());
		}
	}

	return found;
}

function licenceOf(licenses: ReadonlyArray<v.InferOutput<typeof licence>>): string {
	const named = licenses.map(one =>
		'expression' in one ? one.expression : (one.license.id ?? one.license.name ?? ''),
	);
	return named.filter(name => name !== '').join(' AND ');
}

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
