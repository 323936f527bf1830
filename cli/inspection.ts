import {basename} from 'node:path';
import type {Inspection, Summary} from '../src/index.ts';
import {writeListing, writeTree} from './listing.ts';
import {oneLine, type Row, writeTable} from './table.ts';
import {count, nearPath, size, type Terminal} from './terminal.ts';

/** What of an inspection is shown. */
export interface InspectionOptions {
	/** The list of files instead of the summary. */
	readonly files: boolean;
	/** The tree with its sizes instead of the summary. */
	readonly tree: boolean;
	/** All of each section, instead of its beginning. */
	readonly verbose: boolean;
}

interface Page extends InspectionOptions {
	readonly terminal: Terminal;
	readonly cwd: string;
}

/** Rows of a section that are shown without --verbose. */
const shown = 12;

/** What `venvpack inspect --json` prints: schema/inspect-result.schema.json. The list of files is there on request. */
export function inspectionDocument(
	{summary, entries}: Inspection,
	options: InspectionOptions,
): Readonly<Record<string, unknown>> {
	return options.files || options.tree ? {...summary, files: [...entries()]} : {...summary};
}

/** Writes what an artifact holds and needs, the most important first; or its files. */
export function writeInspection(inspection: Inspection, page: Page): void {
	if (page.files) {
		writeListing(inspection, page.terminal);
	}

	if (page.tree) {
		writeTree(inspection, page.terminal, {all: page.verbose});
	}

	if (!page.files && !page.tree) {
		writeSummaryOf(inspection.summary, page);
	}
}

function writeSummaryOf(summary: Summary, page: Page): void {
	writeHead(summary, page);
	writeSection('Commands', commandRows(summary), page);
	writeSection('Services', serviceRows(summary), page);
	writeSection('Interpreter inside', carriedRows(summary), page);
	writeSection(...distributionSection(summary), page, [2]);
	const {librariesOf} = summary;
	writeSection(
		`Needs of the machine${librariesOf === '' ? '' : ` (packages of ${librariesOf})`}`,
		needRows(summary),
		page,
	);
	writeSection('May load (unproven)', loadRows(summary), page);
	writeSection('Told to the package manager', managerRows(summary), page);
	writeSection('Largest files', largestRows(summary), page, [0]);
	writeSection('Worth a look', oddRows(summary), page);
	writeSection('How it was built', builtRows(summary), page);
	writeSection('Artifact', artifactRows(summary, page), page);
}

/** What it is, in two lines. */
function writeHead(summary: Summary, {terminal}: Page): void {
	const {name, version, release, arch, artifact, contents, prefix} = summary;
	const title = oneLine(`${name || basename(artifact.file)} ${[version, release].filter(Boolean).join('-')}`.trimEnd());
	const machine = arch === 'any' ? ', any machine' : arch === '' ? '' : `, ${oneLine(arch)}`;
	const words = summary.summary === '' ? '' : `: ${oneLine(summary.summary)}`;
	terminal.line(`${terminal.style('bold', title)} (${artifact.format}${machine})${words}`);
	// A wheel has no place of its own.
	const anywhere = summary.layout.relocatable ? ' or anywhere' : '';
	const where = prefix === '/' ? '' : ` at ${oneLine(prefix)}${anywhere}`;
	const parts = [count(contents.files, 'files'), `${size(contents.bytes)}${where}`, pythonOf(summary)];
	terminal.line(parts.filter(Boolean).join(', '));
}

/** What it carries, the largest library first. */
function carriedRows({layout: {carried}, prefix}: Summary): Row[] {
	if (!carried) {
		return [];
	}

	const {version, files, bytes, share, libraries} = carried;
	const largest = [...libraries].sort((one, other) => other.size - one.size);
	return [
		['CPython', version],
		['size', `${count(files, 'files')}, ${size(bytes)}, ${Math.round(100 * share)} % of all`],
		...largest.map(({soname, path, size: own}) => [soname, `${size(own)}, ${nearPrefix(path, prefix)}`]),
	];
}

function pythonOf({interpreter, layout: {carried}}: Summary): string {
	if (!interpreter) {
		return '';
	}

	const {origin, minor, path} = interpreter;
	const python = `Python ${minor}`.trimEnd();
	const where = oneLine(path ?? '');
	switch (origin) {
		case 'bundled':
			return `${carried ? `Python ${carried.version}` : python} inside`;
		case 'system':
			return `runs with ${where}`;
		case 'outside':
			return `${python} from ${where}, which no distribution has`;
		case 'absent':
			return `${python}, but no bin/python`;
	}
}

function writeSection(title: string, rows: readonly Row[], page: Page, right: readonly number[] = []): void {
	if (rows.length === 0) {
		return;
	}

	const {terminal, verbose} = page;
	const some = verbose ? rows : rows.slice(0, shown);
	terminal.line();
	terminal.line(terminal.style('bold', title));
	writeTable(some, {terminal, right});
	if (some.length < rows.length) {
		terminal.line(terminal.style('dim', `  and ${count(rows.length - some.length, 'more')}; --verbose shows them`));
	}
}

/** Those on PATH first, then those of the application itself: the others come with what it depends on. */
function commandRows({commands, name: own, artifact}: Summary): Row[] {
	const rank = ({exposed, distribution}: Summary['commands'][number]) =>
		exposed.length > 0 ? 0 : distribution === own ? 1 : 2;
	const sorted = [...commands].sort((a, b) => rank(a) - rank(b));
	return sorted.map(({name, entryPoint, interpreter, exposed}) => {
		const kind = interpreter === '' ? 'a program' : `a script for ${interpreter}`;
		const what = artifact.indexOnly ? '' : entryPoint || kind;
		const where = exposed.length > 0 ? `on PATH as ${exposed.join(', ')}` : '';
		return [name, [what, where].filter(Boolean).join(', ')];
	});
}

function serviceRows({services}: Summary): Row[] {
	return services.map(({path, description, starts, user}) => {
		const runs = starts.length === 0 ? '' : ` runs ${starts.join('; ')}${user === '' ? '' : ` as ${user}`}`;
		return [path.slice(path.lastIndexOf('/') + 1), `${description}${runs}`.trim()];
	});
}

function distributionSection({distributions, artifact}: Summary): readonly [string, readonly Row[]] {
	const isSized = !artifact.indexOnly;
	const total = distributions.reduce((sum, distribution) => sum + distribution.size, 0);
	const rows = distributions.map(({name, version, size: bytes, license, origin, editable, url}) => {
		const from = editable ? `editable, its code lies at ${url}` : origin === '' ? url : originWords[origin];
		return [name, version, isSized ? size(bytes) : '', [license, from].filter(Boolean).join('; ')];
	});
	const all = isSized ? `, ${size(total)}` : '';
	return [`Distributions: ${distributions.length.toLocaleString('en')}${all}`, rows];
}

/** What comes from an index is the rule, and not worth a word. */
const originWords: Readonly<Record<string, string>> = {
	index: '',
	built: 'built from source',
	file: 'given as a file',
	venv: 'from a venv',
};

function largestRows({largest, prefix}: Summary): Row[] {
	return largest.map(({path, size: bytes}) => [size(bytes), nearPrefix(path, prefix)]);
}

/** Below the prefix, which stands at the top, the rest is enough. */
function nearPrefix(path: string, prefix: string): string {
	return prefix !== '/' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : path;
}

function needRows(summary: Summary): Row[] {
	const {interpreter, glibc, libraries} = summary;
	const rows: Row[] = [];
	if (interpreter && interpreter.origin !== 'bundled') {
		const {minor, minimum, declared} = interpreter;
		const versions = minimum === '' || minimum === minor ? minor : `${minor}, ${minimum} or later`;
		rows.push(['Python', versions, declaredWords(declared, summary)]);
	}

	if (glibc !== '') {
		rows.push(['glibc', `${glibc} or later`, '']);
	}

	return [
		...rows,
		...libraries.map(({soname, neededBy, versions, packages, declared, hidden}) => {
			const [first = ''] = neededBy.map(path => nearPrefix(path, summary.prefix));
			const whose = neededBy.length === 1 ? first : count(neededBy.length, 'files');
			const by = neededBy.length === 0 ? '' : `for ${whose}`;
			const lies = hidden.length === 0 ? '' : `, though it lies at ${hidden[0]}, where the loader does not look`;
			const words = declared.length > 0 ? [`declared: ${declared.join(', ')}`] : packages;
			return [soname, versions.join(' '), [...words, by].filter(Boolean).join(', ') + lies];
		}),
	];
}

function loadRows({loads, prefix}: Summary): Row[] {
	return loads.map(({name, by: [first = ''], files, inside: [place]}) => {
		const who = files === 1 ? nearPrefix(first, prefix) : count(files, 'files');
		return [name, `named by ${who}${place === undefined ? '' : `, lies at ${nearPrefix(place, prefix)}`}`];
	});
}

function declaredWords(declared: readonly string[], {artifact}: Summary): string {
	if (declared.length > 0) {
		return `declared: ${declared.join(', ')}`;
	}

	return artifact.format === 'deb' || artifact.format === 'rpm' ? 'not declared' : '';
}

function managerRows({relations, conffiles, maintainerScripts}: Summary): Row[] {
	// What rpm demands of itself is nobody's business.
	const words = Object.entries(relations).map(
		([kind, lines]) => [kind, lines.filter(line => !line.startsWith('rpmlib('))] as const,
	);
	return [
		...words.flatMap(([kind, lines]) => listed(kind, lines)),
		...listed('conffiles', conffiles),
		...maintainerScripts.map(({name, lines}) => ['script', `${name}, ${count(lines, 'lines')}`]),
	];
}

/** One line each, the first with the title. */
function listed(title: string, lines: readonly string[]): Row[] {
	return lines.map((line, at) => [at === 0 ? title : '', line]);
}

function oddRows({damaged, executables, oddModes, owners, machines, prefix}: Summary): Row[] {
	const near = (path: string) => nearPrefix(path, prefix);
	const foreign = Object.entries(machines).slice(1);
	return [
		...damaged.map(({path, why}) => ['damaged', `${near(path)}: ${why}`]),
		...oddModes.map(({path, mode}) => [`mode ${mode.toString(8).padStart(4, '0')}`, near(path)]),
		...owners.map(({path, user, group}) => [`${user}:${group}`, near(path)]),
		...foreign.map(([machine, files]) => ['other machine', `${count(files, 'files')} for ${machine}`]),
		...executables.map(path => ['executable', near(path)]),
	];
}

function builtRows({built, signatures}: Summary): Row[] {
	const signed = signatures.map(signature => ['signature', `${signature}, not verified here`]);
	if (!built) {
		return [['by', 'something other than venvpack'], ...signed];
	}

	return [
		['by', `venvpack ${built.venvpack}`],
		['time', `${new Date(built.epoch * 1000).toISOString().slice(0, 19)}Z, as stamped into it`],
		['inputs', built.inputs],
		...(built.recipe ? [['recipe', 'inside: venvpack reproduce builds it again']] : []),
		...built.allowedLeaks.map(glob => ['may leak', glob]),
		...signed,
	];
}

function artifactRows({artifact, license, homepage, maintainer}: Summary, {cwd}: Page): Row[] {
	const {file, size: bytes, sha256} = artifact;
	return [
		['file', `${/^https?:/i.test(file) ? file : nearPath(file, cwd)}, ${size(bytes)}`],
		['sha256', sha256],
		['fetched', artifact.indexOnly ? 'its index alone: what its files tell is not known' : ''],
		['license', license],
		['homepage', homepage],
		['maintainer', maintainer],
	].filter(([, text]) => text !== '');
}
