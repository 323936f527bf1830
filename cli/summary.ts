import type {Artifact, BuildResult} from '../src/index.ts';
import {writeFindings} from './failure.ts';
import {count, duration, nearPath, printable, shellWord, size, type Terminal} from './terminal.ts';

interface SummaryOptions {
	readonly terminal: Terminal;
	readonly cwd: string;
	readonly verbose: boolean;
}

/** Writes what was made, how large, for which target, what it needs, and how to install it. */
export function writeSummary(result: BuildResult, options: SummaryOptions): void {
	const {terminal} = options;
	const {metadata, prefix} = result.plan;
	terminal.line();
	terminal.line(
		terminal.style('bold', printable(`${metadata.name} ${metadata.version}-${metadata.release}`)) +
			printable(` at ${prefix} (${result.arch === 'any' ? 'any machine' : result.arch})`),
	);
	const contents = [
		count(result.distributions.length, 'distributions'),
		count(result.files, 'files'),
		size(result.bytes),
	];
	terminal.line(`  ${contents.join(', ')}`);
	terminal.line();
	writeArtifacts(result.artifacts, options);
	terminal.line();
	writeField('carries', carriedBy(result), terminal);
	writeField('needs', needsOf(result), terminal);
	writeField('commands', commandsOf(result), terminal);
	writeField(
		'on PATH',
		result.plan.expose.map(({as}) => as),
		terminal,
	);
	writeField('runs', result.plan.units.map(unitLine), terminal);
	writeField('install', installLines(result, options.cwd), terminal);
	if (options.verbose) {
		const timings = Object.entries(result.timings).map(([stage, seconds]) => `${stage} ${duration(seconds)}`);
		writeField('timings', [timings.join(', ')], terminal);
		writeField('tree', [`sha256 ${result.tree}`], terminal);
	}

	writeFindings(result.findings, terminal);
}

function writeArtifacts(artifacts: readonly Artifact[], {terminal, cwd}: SummaryOptions): void {
	const rows = artifacts.flatMap(artifact => [
		{...artifact, about: `for ${artifact.target}`},
		...artifact.companions.map(companion => ({...companion, about: 'beside it'})),
	]);
	const names = rows.map(({path}) => printable(nearPath(path, cwd)));
	const width = names.reduce((widest, name) => Math.max(widest, name.length), 0);
	for (const [at, row] of rows.entries()) {
		const name = terminal.style('green', (names[at] ?? '').padEnd(width));
		terminal.line(`  ${name}  ${size(row.size).padStart(8)}  ${row.about}`);
	}
}

function writeField(name: string, lines: readonly string[], terminal: Terminal): void {
	for (const [at, line] of lines.entries()) {
		terminal.line(`${terminal.style('bold', (at === 0 ? name : '').padEnd(8))}  ${printable(line)}`);
	}
}

/** The interpreter inside, how much of it, and what it was; nothing where it is the machine's. */
function carriedBy({bundle, plan}: BuildResult): string[] {
	if (!bundle) {
		return [];
	}

	const {whole, kept, left, libraries} = bundle;
	const measured = ({files, bytes}: typeof whole) => `${count(files, 'files')}, ${size(bytes)}`;
	const without = Object.keys(left);
	return [
		`Python ${plan.input.python.version}: ${measured(kept)}, without bytecode`,
		...(without.length === 0 ? [] : [`of ${measured(whole)}; left out: ${without.join(', ')}`]),
		...(libraries.files === 0 ? [] : [`its shared libraries: ${measured(libraries)}`]),
	];
}

/** What comes with glibc itself. */
const ofGlibc = /^(?:ld-linux[\w-]*|ld64|lib(?:c|m|mvec|dl|pthread|rt|resolv|util|anl|nsl))\.so\.\d+$/;

function needsOf(result: BuildResult): string[] {
	const {interpreter, glibc, libraries} = result.needs;
	const {path, minor, minimum} = interpreter;
	const patch = minimum === minor ? '' : `, ${minimum} or later`;
	const others = libraries.map(({soname}) => soname).filter(soname => !ofGlibc.test(soname));
	const native = [...(glibc === '' ? [] : [`glibc ${glibc} or later`]), ...others];
	const python = result.bundle ? [] : [`Python ${minor} at ${path}${patch}`];
	return [...python, ...(native.length === 0 ? [] : [native.join(', ')])];
}

function commandsOf(result: BuildResult): readonly string[] {
	const most = 6;
	const more = result.scripts.length - most;
	return [...result.scripts.slice(0, most), ...(more > 0 ? [`and ${more} more in ${result.plan.prefix}/bin`] : [])];
}

/** A unit, and whether it runs from the installation on. */
function unitLine({name, enable, start}: BuildResult['plan']['units'][number]): string {
	const when = [...(start ? ['at once'] : []), ...(enable ? ['with the machine'] : [])];
	return when.length === 0 ? name : `${name}, ${when.join(' and ')}`;
}

/** The command that installs each artifact; nothing for a format that nobody installs by a command. */
function installLines(result: BuildResult, cwd: string): readonly string[] {
	const commands = result.plan.input.layout.relocatable ? [...anywhere, ...installCommands] : installCommands;
	return result.artifacts.flatMap(artifact => {
		const near = nearPath(artifact.path, cwd);
		// apt and dnf take a word for the name of a package unless it looks like a path.
		const path = shellWord(near.startsWith('/') ? near : `./${near}`);
		const command = commands.find(([format]) => format.test(artifact.format))?.[1];
		return command === undefined ? [] : [command(path, shellWord(result.plan.prefix))];
	});
}

type InstallCommand = readonly [RegExp, (path: string, prefix: string) => string];

/** What may lie anywhere is one folder, unpacked where one is. */
const anywhere: readonly InstallCommand[] = [
	[/^tar\./, path => `tar -xf ${path}`],
	[/^zip$/, path => `unzip ${path}`],
];

const installCommands: readonly InstallCommand[] = [
	[/^deb$/, path => `sudo apt install ${path}`],
	[/^rpm$/, path => `sudo dnf install ${path}`],
	[/^tar\./, path => `sudo tar -C / -xpf ${path}`],
	[/^zip$/, path => `sudo unzip -d / ${path}`],
	[/^dir$/, (path, prefix) => `sudo cp -dRT --preserve=mode,timestamps ${path} ${prefix}`],
];
