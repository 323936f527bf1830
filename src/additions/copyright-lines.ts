/** More statements than this are a list of contributors, which the text itself holds. */
const most = 40;

/** What licences say of themselves, or leave to be filled in. */
const ofLicence = [
	/^(?:1989, 1991|1991(?:, 1999)?|2007),? Free Software Foundation, Inc\./i,
	/[[<{](?:yyyy|year|years|name of|fullname|copyright)/i,
	/^(?:notice|licen[cs]e|holder|owner|statement|law|and|or|in|to|of|is|as|by the (?:owner|licensor))s?\b/i,
];

/** The statements `Copyright … NAME` of a licence, each as it stands, without the word and the sign; none twice. */
export function copyrightLines(text: string): readonly string[] {
	const found = new Set<string>();
	for (const line of text.split('\n')) {
		const said =
			/^\W{0,6}(?:copyright\b[\s:]*(?:\(c\)|©)?|©|\(c\)\s*copyright\b|\(c\)(?=\s*\d{4}))[\s:,]*(?<said>.*)$/iu.exec(
				line,
			)?.groups?.said;
		const statement =
			said
				?.replaceAll(/\s+/g, ' ')
				.replace(/\s*(?:all rights reserved\.?|\*\/)\s*$/i, '')
				.trim() ?? '';
		const isStatement = /\d{4}/.test(line) || /\(c\)|©/i.test(line);
		if (isStatement && /\p{L}{2}/u.test(statement) && !ofLicence.some(words => words.test(statement))) {
			found.add(statement.replace(/[,;]$/, ''));
		}

		if (found.size >= most) {
			break;
		}
	}

	return [...found];
}
