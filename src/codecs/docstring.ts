const opening = /^[rRuU]?("""|'''|"|')/;

/**
 * Whether Python source begins with a docstring, and whether `from __future__` follows it; undefined where the first
 * statement is anything else. `code` begins at that statement: comments before it are the caller's.
 */
export function docstringOf(code: string): {readonly beforeFuture: boolean} | undefined {
	let at = literalEnd(code, 0);
	if (at === undefined) {
		return undefined;
	}

	for (;;) {
		const gap = /^(?:[ \t\f]|\\\r?\n)*/.exec(code.slice(at))?.[0].length ?? 0;
		const next = literalEnd(code, at + gap);
		if (next === undefined) {
			at += gap;
			break;
		}

		at = next;
	}

	const rest = code.slice(at);
	if (!/^(?:[#;\r\n]|$)/.test(rest)) {
		return undefined;
	}

	return {beforeFuture: /^(?:[;\s]|#[^\n]*(?:\n|$))*from[ \t]+__future__\b/.test(rest)};
}

/** Where the string literal that begins at `at` ends; undefined where none does, or it has no end. */
function literalEnd(code: string, at: number): number | undefined {
	const match = opening.exec(code.slice(at, at + 4));
	const quote = match?.[1];
	if (!match || quote === undefined) {
		return undefined;
	}

	for (let place = at + match[0].length; place < code.length; place++) {
		if (code[place] === '\\') {
			place++;
		} else if (code.startsWith(quote, place)) {
			return place + quote.length;
		} else if (quote.length === 1 && code[place] === '\n') {
			return undefined;
		}
	}

	return undefined;
}
