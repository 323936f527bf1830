/** One line of Requires, Provides and their like. */
export interface Relation {
	readonly name: string;
	/** RPMSENSE bits. */
	readonly flags: number;
	/** Empty where every version will do. */
	readonly version: string;
}

const operators: Readonly<Record<string, number>> = {'<': 2, '>': 4, '=': 8, '<=': 10, '>=': 12};

export function relation(name: string, operator = '', version = ''): Relation {
	return {name, flags: operators[operator] ?? 0, version};
}

/** Each line once, sorted by its name, as rpmbuild has them. */
export function sortedRelations(lines: readonly Relation[]): readonly Relation[] {
	const unique = new Map(lines.map(line => [`${line.name}\0${line.flags}\0${line.version}`, line]));
	return [...unique.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line);
}
