const opening = /^[rRuU]?("""|'''|"|')/;

/**
 * Whether Python source begins with a docstring, and whether `from __future__` follows it; undefined where the first
 * statement is anything else. `code` begins at that statement: comments before it are the caller's.
 */
export function docstringOf(code: string): {readonly beforeFuture: boolean} | undefined {
	if (literalEnd(code, 0) === undefined) {
		return undefined;
	}

	const rest = code.slice(docstringEnd(code));
	if (!/^(?:[#;\r\n]|$)/.test(rest)) {
		return undefined;
	}

	return {beforeFuture: /^(?:[;\s]|#[^\n]*(?:\n|$))*from[ \t]+__future__\b/.test(rest)};
}

/** Where the literals end that stand one after the other at the beginning, with the space after them. */
function docstringEnd(code: string): number {
	let at = 0;
	for (;;) {
		const next = literalEnd(code, at);
		if (next === undefined) {
			return at;
		}

		at = next + (/^(?:[ \t\f]|\\\r?\n)*/.exec(code.slice(next))?.[0].length ?? 0);
	}
}

/** What Python source begins with, apart from comments. */
export interface Prologue {
	readonly hasDocstring: boolean;
	/** Behind the last statement of `from __future__`; undefined where there is none. */
	readonly futuresEnd: number | undefined;
}

const space = String.raw`(?:[ \t\f]|\\\r?\n)`;
/** Between two statements. */
const gap = /(?:[;\s]|#[^\n]*(?:\n|$)|\\\r?\n)*/y;
const future = new RegExp(
	String.raw`from${space}+__future__${space}*import(?:${space}*\((?:[^()#]|#[^\n]*)*\)|(?:[\w,]|${space})*\w)`,
	'y',
);

/** How Python source begins. `code` begins at its first statement: comments before it are the caller's. */
export function prologueOf(code: string): Prologue {
	const hasDocstring = docstringOf(code) !== undefined;
	let futuresEnd: number | undefined;
	let at = hasDocstring ? docstringEnd(code) : 0;
	for (;;) {
		const next = endOf(future, code, endOf(gap, code, at) ?? at);
		if (next === undefined) {
			return {hasDocstring, futuresEnd};
		}

		futuresEnd = next;
		at = next;
	}
}

/** Where a sticky pattern that matches at `at` ends. */
function endOf(pattern: RegExp, code: string, at: number): number | undefined {
	pattern.lastIndex = at;
	return pattern.test(code) ? pattern.lastIndex : undefined;
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
