import {docstringOf} from './docstring.ts';
import {decodeSelfLocating, encodeSelfLocating} from './self-locating.ts';
import {quotedForBoth, quotedWords} from './sh-quoting.ts';

/** How a script is started. */
export interface Shebang {
	readonly kind: 'direct' | 'env' | 'trampoline';
	/** As written: a path, or a bare name such as `python3`. Of a self-locating trampoline the way from the script's folder. */
	readonly interpreter: string;
	/** Between the interpreter and the script, such as `-s -P`. */
	readonly args: readonly string[];
}

/** A script in two parts: how it is started, and what it is. */
export interface Script {
	readonly shebang: Shebang;
	/** All the rest; leading comments are part of it, even those that stand between the lines of a trampoline. */
	readonly body: Uint8Array;
}

/**
 * Linux reads 127 bytes of a `#!` line before 5.1 and 255 since (BINPRM_BUF_SIZE in include/uapi/linux/binfmts.h, less
 * one), the newline among them, and cuts off what lies beyond without a word. Targets may be old: 127 it is.
 */
const longestLine = 127;

const plain =
	/^#![ \t]*(?:"([^"\n]+)"|(\/[^\n"]*?\/python[\w.]*(?=[ \t\r\n]|$)|[^\s"]+))(?:[ \t]+([^\n]*?))?[ \t]*\r?(?:\n|$)/;
/** A statement to sh, a string to Python: pip, distlib and uv write it for long paths and for spaces. */
const trampoline =
	/^#!\/bin\/sh[ \t]*\n((?:[ \t]*\n|#[^\n]*\n)*)'''exec' ([^\n]*?) "\$0" "\$@"[ \t]*\n' '''(?:; __doc__ = \\| \\)?[ \t]*(?:\n|$)/;
const commentLines = /^(?:[ \t]*\n|[ \t]*#[^\n]*\n)*/;

/**
 * Takes a script apart; undefined where the bytes do not begin with `#!`. Known forms: the plain line with any
 * arguments, quoted or not; `env`, with its options and variables; the `'''exec'` trampolines of pip
 * (pip/_vendor/distlib/scripts.py), uv (crates/uv-install-wheel/src/wheel.rs) and of `encodeScript`, that of
 * `encodeSelfLocating`.
 * A script in another language comes back with its own interpreter.
 */
export function decodeScript(bytes: Uint8Array): Script | undefined {
	if (bytes[0] !== 0x23 || bytes[1] !== 0x21) {
		return undefined;
	}

	// One character a byte, so that positions in the text are positions in the file.
	const text = latin1(bytes);
	return decodeSelfLocated(text) ?? decodeTrampoline(text) ?? decodePlain(text);
}

/**
 * Puts a script together so that Linux starts it with `interpreter`: by a direct `#!` line where the kernel can read
 * it, else by a trampoline through sh, under which encoding lines (PEP 263), docstrings and `from __future__` keep
 * their meaning. Where both a docstring and `from __future__` are there, `__doc__` begins with the trampoline's text:
 * Python allows nothing but one string before the import.
 */
export function encodeScript(script: {interpreter: string; args: readonly string[]; body: Uint8Array}): Uint8Array {
	const {interpreter, args, body} = script;
	const line = Buffer.from(`#!${[interpreter, ...args].join(' ')}\n`);
	if (line.length <= longestLine && !/\s/.test(interpreter)) {
		return Buffer.concat([line, body]);
	}

	const text = latin1(body);
	const comments = commentLines.exec(text)?.[0] ?? '';
	const command = `'''exec' ${[interpreter, ...args].map(quotedForBoth).join(' ')} "$0" "$@"\n' '''`;
	return Buffer.concat([
		Buffer.from('#!/bin/sh\n'),
		// Comments are comments to sh as well, and an encoding counts only on the first two lines.
		body.subarray(0, comments.length),
		Buffer.from(`${command}${joint(text.slice(comments.length))}\n`),
		body.subarray(comments.length),
	]);
}

/**
 * Puts a script together that finds its interpreter by its own place, wherever that is. `interpreter` is the way from the
 * script's folder, such as `python3.11`; `launcher` lies beside that, and is started where it cannot be executed.
 */
export function encodeMovableScript(script: {
	interpreter: string;
	launcher?: string | undefined;
	args: readonly string[];
	body: Uint8Array;
}): Uint8Array {
	return Buffer.from(encodeSelfLocating({...script, body: latin1(script.body)}), 'latin1');
}

/** What ties the trampoline's string to the code after it. */
function joint(code: string): string {
	const docstring = docstringOf(code);
	if (!docstring) {
		return '';
	}

	return docstring.beforeFuture ? ' \\' : '; __doc__ = \\';
}

function decodeSelfLocated(text: string): Script | undefined {
	const found = decodeSelfLocating(text);
	return (
		found && {
			shebang: {kind: 'trampoline', interpreter: found.interpreter, args: found.args.map(utf8)},
			body: Buffer.from(found.body, 'latin1'),
		}
	);
}

function decodeTrampoline(text: string): Script | undefined {
	const match = trampoline.exec(text);
	if (!match) {
		return undefined;
	}

	const [all, comments = '', command = ''] = match;
	const [interpreter = '', ...args] = quotedWords(selfLocated(command));
	return {
		shebang: {kind: 'trampoline', interpreter: utf8(interpreter), args},
		body: Buffer.from(comments + text.slice(all.length), 'latin1'),
	};
}

/** uv's relocatable form computes the folder; only the name after it says something. */
function selfLocated(command: string): string {
	return command.replace(/^"\$\(dirname -- "\$\(realpath -- "\$0"\)"\)"\//, '');
}

function decodePlain(text: string): Script | undefined {
	const match = plain.exec(text);
	if (!match) {
		return undefined;
	}

	const body = Buffer.from(text.slice(match[0].length), 'latin1');
	const interpreter = utf8(match[1] ?? match[2] ?? '');
	const args = (match[3] ?? '').split(/[ \t]+/).filter(Boolean);
	if (!/(?:^|\/)env$/.test(interpreter)) {
		return {shebang: {kind: 'direct', interpreter, args}, body};
	}

	const at = args.findIndex(word => !word.startsWith('-') && !word.includes('='));
	const [name = '', ...rest] = at < 0 ? [] : args.slice(at);
	return {shebang: {kind: 'env', interpreter: utf8(name), args: rest}, body};
}

function latin1(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function utf8(text: string): string {
	return Buffer.from(text, 'latin1').toString('utf8');
}
