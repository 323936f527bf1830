import type {Explanation} from '../src/index.ts';
import {printable, type Terminal} from './terminal.ts';

/** Writes a plan as three columns: the key, its value, and where the value came from. */
export function writeExplanation(explanation: Explanation, terminal: Terminal): void {
	const rows = explanation.rows.map(({key, value, origin}) => ({key, value: shownValue(value), origin}));
	const keyWidth = widest(rows.map(row => row.key));
	// One value as long as a description must not push every origin off the screen.
	const valueWidth = Math.min(widest(rows.map(row => row.value)), Math.max(20, terminal.columns - keyWidth - 30));
	for (const {key, value, origin} of rows) {
		const source = terminal.style('dim', `(${printable(origin)})`);
		terminal.line(`${terminal.style('bold', key.padEnd(keyWidth))}  ${value.padEnd(valueWidth)}  ${source}`);
	}
}

function shownValue(value: unknown): string {
	if (typeof value === 'string') {
		return value === '' ? '(empty)' : printable(value).replaceAll('\n', ' ');
	}

	if (Array.isArray(value)) {
		return value.length === 0 ? '(none)' : value.map(shownValue).join(', ');
	}

	return JSON.stringify(value) ?? '';
}

function widest(texts: readonly string[]): number {
	return texts.reduce((width, text) => Math.max(width, text.length), 0);
}
