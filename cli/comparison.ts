import type {ComparedArtifact, Comparison, DistributionChange, FileChange, MetadataChange} from '../src/index.ts';
import {count, printable, size, type Terminal} from './terminal.ts';

/** Longer ones, such as most paths, do not push what is said of the others aside. In characters. */
const widestName = 44;

/** How many files are listed where not all are asked for. */
const mostFiles = 20;

/** A line of a list: what happened, of what, and how. */
interface Row {
	readonly sign: '+' | '-' | '~' | ' ';
	readonly name: string;
	readonly text: string;
}

/** Writes what differs, distributions first; `all`: every file. */
export function writeComparison(comparison: Comparison, terminal: Terminal, all: boolean): void {
	const {a, b, distributions, metadata, files} = comparison;
	if (comparison.equal) {
		terminal.line(`no difference: ${count(b.files, 'files')}, ${size(b.bytes)}`);
	} else {
		terminal.line(terminal.style('bold', printable(`${titleOf(a)} → ${titleOf(b)}`)));
		writeSection(distributionSummary(distributions), distributions.map(distributionRow), terminal);
		writeSection(metadata.length === 0 ? '' : 'metadata', metadata.map(metadataRow), terminal);
		writeFiles(comparison, terminal, all ? files.length : mostFiles);
		terminal.line();
		terminal.line(sizeLine(a, b));
	}

	if (comparison.uncompared.length > 0) {
		const formats = [...new Set([a.format, b.format])].join(' and ');
		terminal.line(
			terminal.style(
				'dim',
				`not compared, because not both carry them: ${comparison.uncompared.join(', ')} (${formats})`,
			),
		);
	}
}

function titleOf({name, version, format, artifact}: ComparedArtifact): string {
	const title = [name, version].filter(part => part !== '').join(' ');
	return title === '' ? artifact : `${title} (${format})`;
}

function writeSection(title: string, rows: readonly Row[], terminal: Terminal): void {
	if (rows.length === 0) {
		return;
	}

	terminal.line();
	terminal.line(terminal.style('bold', title));
	const width = Math.min(
		rows.reduce((widest, {name}) => Math.max(widest, printable(name).length), 0),
		widestName,
	);
	for (const {sign, name, text} of rows) {
		// A description of several paragraphs is one line here.
		const plain = printable(text).replaceAll(/\s+/g, ' ');
		terminal.line(
			`${signed(sign, terminal)} ${printable(name).replaceAll('\n', ' ').padEnd(width)}  ${plain}`.trimEnd(),
		);
	}
}

const colours = {'+': 'green', '-': 'red', '~': 'yellow', ' ': 'dim'} as const;

function signed(sign: Row['sign'], terminal: Terminal): string {
	return terminal.style(colours[sign], sign);
}

/** Such as: 2 distributions updated, 1 added. */
export function distributionSummary(changes: readonly DistributionChange[]): string {
	return tally(
		changes,
		[
			['updated', 'updated'],
			['downgraded', 'downgraded'],
			['added', 'added'],
			['removed', 'removed'],
			['rebuilt', 'with other content'],
		],
		'distributions',
	);
}

function tally<Kind extends string>(
	changes: ReadonlyArray<{readonly kind: Kind}>,
	words: ReadonlyArray<readonly [Kind, string]>,
	noun: string,
): string {
	const parts = words
		.map(([kind, word]) => [changes.filter(change => change.kind === kind).length, word] as const)
		.filter(([number]) => number > 0);
	return parts
		.map(([number, word], at) => `${at === 0 ? count(number, noun) : number.toLocaleString('en')} ${word}`)
		.join(', ');
}

function distributionRow({kind, name, from = '', to = ''}: DistributionChange): Row {
	switch (kind) {
		case 'added':
			return {sign: '+', name, text: to};
		case 'removed':
			return {sign: '-', name, text: from};
		case 'rebuilt':
			return {sign: '~', name, text: `${to}, other content`};
		default:
			return {sign: '~', name, text: `${from} → ${to}`};
	}
}

function metadataRow({field, from, to}: MetadataChange): Row {
	if (from === undefined || to === undefined) {
		return {sign: from === undefined ? '+' : '-', name: field, text: to ?? from ?? ''};
	}

	return {sign: '~', name: field, text: `${from} → ${to}`};
}

function writeFiles({files, following}: Comparison, terminal: Terminal, most: number): void {
	const title = tally(
		files,
		[
			['added', 'added'],
			['removed', 'removed'],
			['changed', 'changed'],
			['renamed', 'renamed'],
		],
		'files',
	);
	writeSection(title, files.slice(0, most).map(fileRow), terminal);
	const more = files.length - most;
	if (more > 0) {
		terminal.line(terminal.style('dim', `  and ${more.toLocaleString('en')} more: --files lists them all`));
	}

	if (following > 0) {
		terminal.line(
			terminal.style(
				'dim',
				`  and ${count(following, 'files')} that ${following === 1 ? 'follows' : 'follow'} from these: bytecode, the manifest`,
			),
		);
	}
}

function fileRow({kind, path, from, aspects, sizes: [before, after]}: FileChange): Row {
	switch (kind) {
		case 'added':
			return {sign: '+', name: path, text: after === undefined ? '' : size(after)};
		case 'removed':
			return {sign: '-', name: path, text: before === undefined ? '' : size(before)};
		case 'renamed':
			return {sign: '~', name: path, text: `was ${from}`};
		case 'changed': {
			const texts = aspects.map(({what, from: was, to: is}) =>
				what === 'content' ? contentText(before ?? 0, after ?? 0) : `${what} ${was} → ${is}`,
			);
			return {sign: '~', name: path, text: texts.join(', ')};
		}
	}
}

function contentText(before: number, after: number): string {
	return before === after ? `other content, ${size(after)}` : `${size(before)} → ${size(after)}`;
}

function sizeLine(a: ComparedArtifact, b: ComparedArtifact): string {
	return [
		`unpacked ${size(a.bytes)} → ${size(b.bytes)} (${difference(b.bytes - a.bytes)})`,
		`artifact ${size(a.size)} → ${size(b.size)} (${difference(b.size - a.size)})`,
	].join(', ');
}

/** Bytes with their sign: +1.2 MB. */
export function difference(bytes: number): string {
	return bytes === 0 ? '±0' : `${bytes < 0 ? '−' : '+'}${size(Math.abs(bytes))}`;
}

/** What `venvpack diff --json` prints: schema/comparison.schema.json. A size that is none is null, to keep its place. */
export function comparisonDocument(comparison: Comparison): Readonly<Record<string, unknown>> {
	const files = comparison.files.map(file => ({...file, sizes: file.sizes.map(bytes => bytes ?? null)}));
	return {...comparison, files};
}
