import type {RelocateResult} from '../src/index.ts';
import {writeFindings} from './failure.ts';
import {count, nearPath, printable, size, type Terminal} from './terminal.ts';

interface RelocationOptions {
	readonly terminal: Terminal;
	readonly cwd: string;
	readonly verbose: boolean;
}

/** Paths that a rule is shown with; `--verbose` shows all. */
const shown = 3;

/** Writes what became of a venv: where it lies, for which place it is right, and what each rule did. */
export function writeRelocation(result: RelocateResult, {terminal, cwd, verbose}: RelocationOptions): void {
	const {venv, prefix, place, python, rewritten, removed, findings, distributions, files, bytes} = result;
	const done = place === undefined ? `${nearPath(venv, cwd)} would become` : `${nearPath(place, cwd)} is`;
	terminal.line();
	terminal.line(terminal.style('bold', printable(`${done} correct at ${prefix}`)));
	terminal.line(`  ${[count(distributions.length, 'distributions'), count(files, 'files'), size(bytes)].join(', ')}`);
	terminal.line(printable(`  runs with ${python}`));
	terminal.line();
	for (const {rule, because, paths} of rewritten) {
		terminal.line(printable(`  ${rule.padEnd(14)} ${count(paths.length, 'paths')}: ${because}`));
		writePaths(paths, {terminal, verbose});
	}

	if (removed.length > 0) {
		terminal.line(`  ${'removed'.padEnd(14)} ${count(removed.length, 'paths')}: of no use anywhere else`);
		writePaths(removed, {terminal, verbose});
	}

	if (findings.length > 0) {
		terminal.line();
		terminal.line(printable('it names where it was made:'));
		writeFindings(findings, terminal);
	}

	if (place !== undefined && place !== String(prefix)) {
		terminal.line();
		terminal.line(printable(`it works once it lies at ${prefix}`));
	}
}

function writePaths(
	paths: readonly string[],
	{terminal, verbose}: Pick<RelocationOptions, 'terminal' | 'verbose'>,
): void {
	const some = verbose ? paths : paths.slice(0, shown);
	for (const path of some) {
		terminal.line(printable(`    ${path}`));
	}

	if (some.length < paths.length) {
		terminal.line(`    and ${paths.length - some.length} more; --verbose shows them`);
	}
}
