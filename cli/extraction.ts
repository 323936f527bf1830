import type {ExtractResult} from '../src/index.ts';
import {count, nearPath, printable, size, type Terminal} from './terminal.ts';

/** Writes what was unpacked, where it lies, and how much of it was compared with what the artifact says of it. */
export function writeExtraction(result: ExtractResult, {terminal, cwd}: {terminal: Terminal; cwd: string}): void {
	const {out = '', top, paths, files, links, bytes, verified} = result;
	const what = [count(files, 'files'), ...(links === 0 ? [] : [count(links, 'links')]), size(bytes)].join(', ');
	terminal.line(printable(`${what} in ${nearPath(out, cwd) || '.'}`));
	for (const path of paths) {
		terminal.line(printable(`  ${path.slice(top === '/' ? 1 : top.length + 1)}`));
	}

	terminal.line(`  ${comparedWords(files, verified)}`);
}

function comparedWords(files: number, verified: number): string {
	if (verified === files) {
		return 'each is what the artifact says of it, by its sha256';
	}

	return verified === 0
		? 'the artifact has no sha256 of them: nothing was compared'
		: `${verified.toLocaleString('en')} are what the artifact says of them, by their sha256; of ${files - verified} it has none`;
}
