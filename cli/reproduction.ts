import type {ReproducedArtifact, Reproduction} from '../src/index.ts';
import {comparisonDocument, writeComparison} from './comparison.ts';
import {nearPath, printable, size, type Terminal} from './terminal.ts';

interface ReproductionOptions {
	readonly terminal: Terminal;
	readonly cwd: string;
	/** Whether every file that differs is listed. */
	readonly files: boolean;
}

const layers: Readonly<Record<Reproduction['layer'], string>> = {
	none: '',
	distributions: 'the distributions differ',
	metadata: 'the same distributions, other metadata',
	files: 'the same distributions and metadata, other files',
	container: 'the same tree and metadata, packed otherwise: another compressor, or a signature',
};

/** Writes whether an artifact could be built again with the same bytes, and else what differs. */
export function writeReproduction(reproduction: Reproduction, options: ReproductionOptions): void {
	const {artifact, rebuilt, identical, layer, comparison} = reproduction;
	const {terminal} = options;
	const verdict = identical ? terminal.style('green', 'identical') : terminal.style('red', 'different');
	terminal.line(identical ? verdict : `${verdict}: ${layers[layer]}`);
	terminal.line(`  artifact  ${line(artifact, options)}`);
	terminal.line(`  rebuilt   ${line(rebuilt, options)}`);
	if (comparison && layer !== 'container') {
		terminal.line();
		writeComparison(comparison, terminal, options.files);
	}
}

function line({path, size: bytes, sha256}: ReproducedArtifact, {cwd}: ReproductionOptions): string {
	const place = path === undefined ? '' : `  ${printable(nearPath(path, cwd))}`;
	return `sha256 ${sha256}  ${size(bytes)}${place}`;
}

/** What `venvpack reproduce --json` prints: schema/reproduction.schema.json. */
export function reproductionDocument(reproduction: Reproduction): Readonly<Record<string, unknown>> {
	const {comparison} = reproduction;
	return {...reproduction, comparison: comparison && comparisonDocument(comparison)};
}
