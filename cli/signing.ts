import type {SignResult} from '../src/index.ts';
import {nearPath, printable, type Terminal} from './terminal.ts';

const places = {'rpm header': 'in its header', _gpgorigin: 'as its origin', beside: 'beside it'} as const;

/** Writes what `venvpack sign` did, a line for each artifact. */
export function writeSigned(
	{artifacts}: SignResult,
	{terminal, cwd}: {readonly terminal: Terminal; readonly cwd: string},
): void {
	for (const {path, signature, companions, keys} of artifacts) {
		const name = terminal.style('green', printable(nearPath(path, cwd)));
		terminal.line(`${name}  signed ${places[signature]} with ${keys.join(', ')}`);
		for (const companion of companions) {
			terminal.line(`  ${printable(nearPath(companion, cwd))}`);
		}
	}
}
