import {prologueOf} from './docstring.ts';
import {findsFolder, findsItself} from './self-location.ts';
import {quotedForBoth, quotedWords} from './sh-quoting.ts';

/** A Python script that finds its interpreter by its own place. Texts hold one character a byte. */
export interface SelfLocating {
	/** The way from the script's folder, such as `python3.11` or `../bin/python3.11`. */
	readonly interpreter: string;
	/** Beside the interpreter, and started in its stead where that is not to be executed. */
	readonly launcher?: string | undefined;
	readonly args: readonly string[];
	readonly body: string;
}

const opening = `''':'\n`;
const commentLines = /^(?:[ \t\f\r]*\n|[ \t\f]*#[^\n]*\n)*/;
/** What Python skips in such lines, and sh would take for a command. */
const unknownToSh = /^[ \t]*[\f\r][ \t\f\r]*(?=[#\n])/gm;

/** The program is the called one by its real path, but for a link of another name: it may look at its name. */
const namesItself = `[ "\${_s##*/}" = "\${_p##*/}" ] && _s=$_p\n`;
const namesItselfHere = `[ "\${_s##*/}" = "\${_p##*/}" ] && _s=$_d/\${_p##*/}\n`;

/**
 * A statement to sh, a string to Python. Comments stay before it: they are comments to sh as well, and an encoding (PEP
 * 263) counts only on the first two lines. `__doc__` is what it would be without it, also where `from __future__`
 * follows, before which Python allows nothing but one string: then the string is one with the docstring, and what sh
 * reads is cut off behind the import.
 */
export function encodeSelfLocating({interpreter, launcher, args, body}: SelfLocating): string {
	const comments = commentLines.exec(body)?.[0] ?? '';
	const code = body.slice(comments.length);
	const head = `${opening}${commandOf(interpreter, launcher, args)}`;
	const {hasDocstring, futuresEnd} = prologueOf(code);
	const [joint, cut] = jointsOf(lengthIn(head), hasDocstring, futuresEnd !== undefined);
	const at = futuresEnd ?? 0;
	return `#!/bin/sh\n${comments.replaceAll(unknownToSh, '')}${head}'''${joint}\n${code.slice(0, at)}${cut}${code.slice(at)}`;
}

/** The number of characters that the string has in Python, which begins with the first three quotes. */
function lengthIn(head: string): number {
	return head.replaceAll(String.raw`\\`, '\\').length - `'''`.length;
}

/** What ties the string to the code after it, and what stands behind `from __future__`. */
function jointsOf(length: number, hasDocstring: boolean, hasFutures: boolean): [joint: string, cut: string] {
	if (hasFutures) {
		return hasDocstring ? [' \\', `; __doc__ = __doc__ and __doc__[${length}:]`] : ['', '; __doc__ = None'];
	}

	return [hasDocstring ? '; __doc__ = \\' : '; __doc__ = None', ''];
}

function commandOf(interpreter: string, launcher: string | undefined, args: readonly string[]): string {
	const [, ups = '', down, name = ''] = /^((?:\.\.\/)*)(?:(.*)\/)?([^/]*)$/.exec(interpreter) ?? [];
	const isBeside = down === undefined && ups === '';
	const given = [...args.map(quotedForBoth), '"$_s" "$@"\n'].join(' ');
	const start = (program: string) => `exec "$_d/${program}" ${given}`;
	return [
		isBeside ? findsItself + namesItselfHere : findsFolder(ups.length / 3, down ?? '') + namesItself,
		launcher === undefined ? '' : `[ -x "$_d/${name}" ] && ${start(name)}`,
		start(launcher ?? name),
	].join('');
}

const start =
	/^#!\/bin\/sh\n((?:[ \t]*\n|[ \t]*#[^\n]*\n)*)''':'\n_p=\$0\n(?:[^'\n][^\n]*\n)*?(?:_d=\$\{_p%((?:\/\*)+)\}\/?([^\n]*)\n(?:[^'\n][^\n]*\n)*?)?(?:\[ -x "\$_d\/[^"\n]*" \] && )?exec "\$_d\/([^"\n]*)" ([^\n]*?)"\$_s" "\$@"\n(?:exec "\$_d\/([^"\n]*)" [^\n]*\n)?'''([^\n]*)(?:\n|$)/;

/** Takes apart what `encodeSelfLocating` made; undefined for anything else. */
export function decodeSelfLocating(text: string): SelfLocating | undefined {
	const match = start.exec(text);
	if (!match) {
		return undefined;
	}

	const [all, comments = '', cut = '/*', down = '', name = '', args = '', launcher, joint = ''] = match;
	const way = [...Array<string>(cut.length / 2 - 1).fill('..'), ...(down === '' ? [] : [down]), name].join('/');
	return {
		interpreter: way,
		launcher,
		args: quotedWords(args),
		body: comments + uncut(text.slice(all.length), joint),
	};
}

/** The code as it was before something was put behind its `from __future__`. */
function uncut(code: string, joint: string): string {
	const at = joint === '' || joint === ' \\' ? prologueOf(code).futuresEnd : undefined;
	return at === undefined
		? code
		: code.slice(0, at) + code.slice(at).replace(/^; __doc__ = (?:None|__doc__ and __doc__\[\d+:\])/, '');
}
