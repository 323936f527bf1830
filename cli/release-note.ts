import type {Comparison, DistributionChange, MetadataChange} from '../src/index.ts';
import {difference, distributionSummary} from './comparison.ts';
import {count, printable, size, type Terminal} from './terminal.ts';

/** What whoever installs it wants to know of the metadata, and how a release note calls it. */
const told: Readonly<Record<string, string>> = {
	command: 'Command',
	service: 'Service',
	interpreter: 'Interpreter',
	requires: 'Needs',
	recommends: 'Recommends',
	conflicts: 'Conflicts with',
	architecture: 'Architecture',
	prefix: 'Prefix',
	conffile: 'Configuration file',
	license: 'Licence',
};

/** Writes a summary for a release note, in Markdown: dependencies, what is installed and needed, sizes. */
export function writeReleaseNote(comparison: Comparison, terminal: Terminal): void {
	const {a, b, distributions, metadata, files} = comparison;
	const versions = a.version === b.version ? b.version : `${a.version} → ${b.version}`;
	terminal.line(`## ${[b.name || b.artifact, versions].filter(Boolean).map(cell).join(' ')}`);
	if (comparison.equal) {
		terminal.line();
		terminal.line('No difference.');
		return;
	}

	writeDependencies(distributions, terminal);
	const points = [
		...metadata.filter(({field}) => told[field] !== undefined || field.startsWith('script ')).map(point),
		`${count(files.length, 'files')} ${files.length === 1 ? 'differs' : 'differ'}`,
		`Size: ${size(a.size)} → ${size(b.size)} (${difference(b.size - a.size)}); installed ${size(a.bytes)} → ${size(b.bytes)} (${difference(b.bytes - a.bytes)})`,
	];
	terminal.line();
	for (const text of points) {
		terminal.line(`- ${text}`);
	}
}

function writeDependencies(changes: readonly DistributionChange[], terminal: Terminal): void {
	if (changes.length === 0) {
		return;
	}

	terminal.line();
	terminal.line(`### ${distributionSummary(changes)}`);
	terminal.line();
	terminal.line('| distribution | before | now |');
	terminal.line('|---|---|---|');
	for (const {kind, name, from = '', to = ''} of changes) {
		const now = kind === 'rebuilt' ? `${to} (other content)` : to;
		terminal.line(`| ${[name, from || '–', now || '–'].map(cell).join(' | ')} |`);
	}
}

function point({field, from, to}: MetadataChange): string {
	const subject = told[field] ?? field.replace(/^script /, 'Maintainer script ');
	if (from === undefined || to === undefined) {
		return `${cell(subject)} ${from === undefined ? 'added' : 'removed'}: ${code(to ?? from ?? '')}`;
	}

	return `${cell(subject)}: ${code(from)} → ${code(to)}`;
}

/** A text of an artifact that cannot end the cell, nor begin markup. */
function cell(text: string): string {
	return printable(text)
		.replaceAll(/\s+/g, ' ')
		.replaceAll(/[\\`*_|<>[\]]/g, '\\$&');
}

function code(text: string): string {
	const plain = printable(text).replaceAll(/\s+/g, ' ').replaceAll('`', "'");
	return `\`${plain}\``;
}
