import {relative} from 'node:path';
import {stripVTControlCharacters} from 'node:util';

/** SGR parameters, on and off. Not util.styleText: Node 18 lacks it, and shows help. */
const styles = {bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39]} as const;

type Style = keyof typeof styles;

/** Where text goes: process.stdout and process.stderr, or a test's own. */
export interface Stream {
	readonly isTTY?: boolean | undefined;
	readonly columns?: number | undefined;
	/** `done` is called when the bytes are the caller's again, whoever reads them or not. */
	write(text: string | Uint8Array, done?: () => void): unknown;
}

/** One of the two streams, and what may be done with it. */
export interface Terminal {
	/** In characters. */
	readonly columns: number;
	/** Whether a line can be drawn over: never in CI, whose logs keep every frame. */
	readonly live: boolean;
	write(text: string): void;
	/** Bytes as they are. Resolves when they are the caller's again. */
	bytes(chunk: Uint8Array): Promise<void>;
	line(text?: string): void;
	style(style: Style, text: string): string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colour only on terminals, and never with NO_COLOR (https://no-color.org: when it is present and not empty). */
export function terminalOf(stream: Stream, environment: Environment): Terminal {
	const isTerminal = stream.isTTY === true && environment.TERM !== 'dumb';
	const isColoured = isTerminal && !environment.NO_COLOR;
	return {
		get columns() {
			// A pseudo-terminal without a size says 0.
			return stream.columns || 80;
		},
		live: isTerminal && !environment.CI,
		write: text => {
			stream.write(text);
		},
		bytes: chunk => new Promise(resolve => void stream.write(chunk, () => resolve())),
		line: (text = '') => {
			stream.write(`${text}\n`);
		},
		style: (style, text) => (isColoured ? `\u001B[${styles[style][0]}m${text}\u001B[${styles[style][1]}m` : text),
	};
}

/** A text of unknown origin (a file name, a tool's output) without the power to steer the terminal. */
export function printable(text: string): string {
	return stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, character =>
		character === '\n' || character === '\t' ? character : `\\x${hexadecimal(character)}`,
	);
}

function hexadecimal(character: string): string {
	return (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
}

/** Bytes as people say them: 812 B, 14.2 kB, 3.2 MB; powers of 1000, as package managers print. */
export function size(bytes: number): string {
	const units = ['kB', 'MB', 'GB', 'TB'];
	if (bytes < 1000) {
		return `${bytes} B`;
	}

	let value = bytes / 1000;
	let unit = 0;
	while (value >= 999.95 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	return `${value.toFixed(1)} ${units[unit]}`;
}

/** Seconds as people say them: 0.4 s, 12 s, 3 min 5 s. */
export function duration(seconds: number): string {
	if (seconds < 9.95) {
		return `${seconds.toFixed(1)} s`;
	}

	const whole = Math.round(seconds);
	return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A count with its noun: 1 file, 12,000 files. */
export function count(number: number, noun: string): string {
	return `${number.toLocaleString('en')} ${number === 1 ? noun.replace(/s$/, '') : noun}`;
}

/** The path as one would type it in `cwd`: relative where it lies inside. */
export function nearPath(path: string, cwd: string): string {
	const near = relative(cwd, path);
	return near === '' || near.startsWith('..') ? path : near;
}

/** A word for a POSIX shell, quoted where it has to be. */
export function shellWord(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
