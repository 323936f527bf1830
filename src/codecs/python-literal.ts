/** What a literal of Python may be here. */
export type Literal = string | number;

/** A text, a whole number, a mark, or what may be skipped: white space, a comment, the end of a line. */
const token =
	/(?<skip>\s+|#[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<number>-?\d+)|(?<mark>[{}:,])|(?<other>.)/gsy;

const escapes: Readonly<Record<string, string>> = {
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
	'\\': '\\',
	"'": "'",
	'"': '"',
	'\n': '',
};

/**
 * Reads a dictionary of texts and whole numbers as pprint and repr of CPython write it, or json: texts that stand side by
 * side are one. Returns its pairs in their order.
 * Throws a SyntaxError for any other expression.
 */
export function decodeDictionary(source: string): Map<string, Literal> {
	const tokens = tokensOf(source);
	const pairs = new Map<string, Literal>();
	expect(tokens.shift(), '{');
	for (let next = tokens.shift(); next !== '}'; next = tokens.shift()) {
		const key = literal(next, tokens);
		expect(tokens.shift(), ':');
		pairs.set(String(key), literal(tokens.shift(), tokens));
		if (tokens[0] !== '}') {
			expect(tokens.shift(), ',');
		}
	}

	if (tokens.length > 0) {
		throw new SyntaxError('something follows the dictionary');
	}

	return pairs;
}

/** Marks are themselves; a text comes with its quotes. */
function tokensOf(source: string): string[] {
	return [...source.matchAll(token)].flatMap(({groups, index, 0: text}) => {
		if (groups?.other !== undefined) {
			throw new SyntaxError(`${JSON.stringify(text)} at ${index} is not of a dictionary of texts and numbers`);
		}

		return groups?.skip === undefined ? [text] : [];
	});
}

function literal(first: string | undefined, rest: string[]): Literal {
	if (first !== undefined && /^-?\d/.test(first) && Number.isSafeInteger(Number(first))) {
		return Number(first);
	}

	let text = unquoted(first);
	while (/^["']/.test(rest[0] ?? '')) {
		text += unquoted(rest.shift());
	}

	return text;
}

function unquoted(text: string | undefined): string {
	if (!text || !/^["']/.test(text)) {
		throw new SyntaxError(`${text ?? 'the end'} stands where a text or a number is wanted`);
	}

	const sequence = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs;
	return text.slice(1, -1).replaceAll(sequence, (whole: string, ...found: readonly string[]) => {
		const code = found.slice(0, 3).find(Boolean);
		const plain = escapes[found[3] ?? ''];
		if (code === undefined && plain === undefined) {
			throw new SyntaxError(`the escape ${whole} is not known`);
		}

		return code === undefined ? (plain ?? '') : String.fromCodePoint(Number.parseInt(code, 16));
	});
}

function expect(found: string | undefined, mark: string): void {
	if (found !== mark) {
		throw new SyntaxError(`${found ?? 'the end'} stands where ${mark} is wanted`);
	}
}

/** A text as repr writes it: in single quotes, unless it holds them and no double ones. */
export function encodeText(text: string): string {
	const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
	const escaped = text.replaceAll(/[\\\p{C}\p{Z}]|['"]/gu, character => {
		if (character === ' ' || ('\'"'.includes(character) && character !== quote)) {
			return character;
		}

		const code = character.codePointAt(0) ?? 0;
		const short = {'\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', [quote]: `\\${quote}`}[character];
		return (
			short ?? (code < 0x1_00 ? `\\x${hex(code, 2)}` : code < 0x1_00_00 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`)
		);
	});
	return quote + escaped + quote;
}

function hex(code: number, width: number): string {
	return code.toString(16).padStart(width, '0');
}
