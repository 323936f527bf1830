/** How a package asks for its interpreter. */
export type InterpreterRelation = 'exact' | 'loose' | 'none';

/**
 * Whether relations, in the words of dpkg or rpm, bring the interpreter at `path` of `minor` (such as `3.11`): exactly
 * that minor, or any Python 3.
 */
export function interpreterRelation(
	relations: readonly string[],
	{path, minor}: {readonly path: string; readonly minor: string},
): InterpreterRelation {
	const alternatives = relations.flatMap(line => line.split('|')).map(text => text.trim());
	const plain = minor.replaceAll('.', String.raw`\.`);
	const exact = [
		// Debian's packages and those of Enterprise Linux (python39, python3.11), which also provide python3.X each.
		new RegExp(
			String.raw`^(?:lib)?python(?:${plain}|${plain.replaceAll(String.raw`\.`, '')})(?:-(?:minimal|libs|venv|stdlib))?(?:[\s:(]|$)`,
		),
		new RegExp(String.raw`^python\(abi\) = ${plain}$`),
		new RegExp(`^/(?:usr/)?bin/python${plain}$`),
	];
	if (alternatives.some(text => exact.some(form => form.test(text)) || (text === path && /\d\.\d/.test(path)))) {
		return 'exact';
	}

	const any = alternatives.filter(text =>
		/^(?:python3(?:-minimal|-libs)?(?:[\s:(]|$)|\/(?:usr\/)?bin\/python3?$)/.test(text),
	);
	const next = `3.${Number(minor.split('.')[1]) + 1}`;
	const has = (operator: string, version: string) =>
		any.some(text => text.replaceAll(/[\s()]/g, '').includes(`${operator}${version}`));
	if (has('=', minor) && (has('<<', next) || has('<', next))) {
		return 'exact';
	}

	return any.length > 0 ? 'loose' : 'none';
}
