/** The one of `known` that `word` was probably meant to be; undefined where none is near. Case does not count. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
	const typed = word.toLowerCase();
	let best: string | undefined;
	let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
	for (const candidate of known) {
		const distance =
			candidate.toLowerCase().startsWith(typed) && typed.length > 2 ? 1 : edits(typed, candidate.toLowerCase());
		if (distance < least) {
			best = candidate;
			least = distance;
		}
	}

	return best;
}

/** A hint that names the nearest known word, or all of them. */
export function suggestion(word: string, known: readonly string[]): string {
	const near = nearest(word, known);
	return near === undefined ? `known are: ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function edits(one: string, other: string): number {
	let before: number[] = [];
	let above = Array.from({length: other.length + 1}, (_, at) => at);
	for (let row = 1; row <= one.length; row++) {
		const line = [row];
		for (let column = 1; column <= other.length; column++) {
			const same = one[row - 1] === other[column - 1];
			const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
			line.push(
				Math.min(
					(line[column - 1] ?? 0) + 1,
					(above[column] ?? 0) + 1,
					(above[column - 1] ?? 0) + (same ? 0 : 1),
					swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
				),
			);
		}

		before = above;
		above = line;
	}

	return above[other.length] ?? 0;
}
