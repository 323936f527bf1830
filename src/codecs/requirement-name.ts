/** The beginning of a PEP 508 requirement. */
export interface RequirementName {
	/** As written. */
	readonly name: string;
	readonly extras: readonly string[];
	/** Of a `==` without a wildcard, else undefined. */
	readonly version: string | undefined;
}

/**
 * Reads name, extras and the pinned version of a requirement such as `httpie[socks]==3.2.4`. Undefined for what is none:
 * a path, a URL, an option.
 */
export function decodeRequirementName(requirement: string): RequirementName | undefined {
	const match =
		/^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(?:[(]?\s*(===?|[<>~!]=?)\s*([^\s,;)]+)(.*)|[@;].*)?$/s.exec(
			requirement.trim(),
		);
	const name = match?.[1];
	if (match === null || name === undefined) {
		return undefined;
	}

	const [, , extras = '', operator, version, rest = ''] = match;
	const exact = operator?.startsWith('==') && version !== undefined && !version.endsWith('*') && !rest.includes(',');
	return {
		name,
		extras: extras
			.split(',')
			.map(extra => extra.trim())
			.filter(extra => extra !== ''),
		version: exact ? version : undefined,
	};
}

/** A distribution's name as PEP 503 compares it. */
export function normalizedName(name: string): string {
	return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
