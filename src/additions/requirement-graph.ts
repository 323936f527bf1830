import {holds, type MarkerEnvironment} from '../codecs/marker.ts';
import {decodeRequirementName, normalizedName} from '../codecs/requirement-name.ts';

/** A distribution and what its METADATA asks for. */
export interface Asking {
	/** Normalised. */
	readonly name: string;
	/** PEP 508 requirements. */
	readonly requiresDist: readonly string[];
}

/**
 * Which of the installed distributions each one asks for, by name, sorted: requirements whose marker holds, with the extras
 * that somebody asks for. `wanted` are the extras that are asked for from outside, by distribution.
 */
export function requirementGraph(
	installed: readonly Asking[],
	environment: MarkerEnvironment,
	wanted: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
	const byName = new Map(installed.map(each => [each.name, each]));
	const extras = new Map<string, Set<string>>();
	const edges = new Map<string, Set<string>>(installed.map(({name}) => [name, new Set()]));
	const waiting: string[] = [];
	const ask = (name: string, asked: readonly string[]) => {
		const known = extras.get(name) ?? new Set();
		const before = known.size;
		for (const extra of asked) {
			known.add(normalizedName(extra));
		}

		if (!extras.has(name) || known.size > before) {
			extras.set(name, known);
			waiting.push(name);
		}
	};
	for (const {name} of installed) {
		ask(name, wanted.get(name) ?? []);
	}

	for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
		for (const requirement of byName.get(name)?.requiresDist ?? []) {
			const needed = decodeRequirementName(requirement);
			const other = needed && byName.get(normalizedName(needed.name));
			if (needed && other && applies(requirement, environment, extras.get(name) ?? new Set())) {
				edges.get(name)?.add(other.name);
				ask(other.name, needed.extras);
			}
		}
	}

	return new Map([...edges].map(([name, others]) => [name, [...others].sort()]));
}

/** A marker that is none asks for nothing. */
function applies(requirement: string, environment: MarkerEnvironment, extras: ReadonlySet<string>): boolean {
	const marker = /;(?<marker>.*)$/s.exec(requirement)?.groups?.marker?.trim() ?? '';
	try {
		return marker === '' || holds(marker, {...environment, extras});
	} catch {
		return false;
	}
}
