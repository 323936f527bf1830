/**
 * What a carried interpreter adds to a package, trimmed and whole:
 *   npm run bench:carried -- PYTHON…      writes bench/results/carried-interpreter.md
 * Builds examples/hello with each interpreter named, for the target's own Python, with --bundle-python, and with all parts
 * kept. Needs the built program (npm run build).
 */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type BundlePart, bundleParts} from '../src/model/layout.ts';

interface Sized {
	readonly files: number;
	readonly bytes: number;
}

/** What is read here of the document that `build --json` prints. */
interface Built {
	readonly bundle?: {readonly whole: Sized; readonly kept: Sized; readonly libraries: Sized};
	readonly artifacts: ReadonlyArray<{readonly size: number}>;
}

interface Row {
	readonly version: string;
	readonly plain: Built;
	readonly trimmed: Built;
	readonly whole: Built;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'venvpack-bench-'));

try {
	const rows = process.argv.slice(2).map(measure);
	mkdirSync(here('results'), {recursive: true});
	writeFileSync(here('results/carried-interpreter.md'), report(rows));
} finally {
	rmSync(work, {recursive: true, force: true});
}

function measure(python: string): Row {
	const version = execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], {encoding: 'utf8'});
	return {
		version: version.trim(),
		plain: build(python, [], []),
		trimmed: build(python, ['--bundle-python'], []),
		whole: build(python, ['--bundle-python'], bundleParts),
	};
}

function build(python: string, flags: readonly string[], keep: readonly BundlePart[]): Built {
	const project = join(work, 'hello');
	rmSync(project, {recursive: true, force: true});
	execFileSync('cp', ['-R', here('../examples/hello'), project]);
	// The table of venvpack stands last in the example's pyproject.toml.
	writeFileSync(join(project, 'pyproject.toml'), keep.length > 0 ? `keep = ${JSON.stringify(keep)}\n` : '', {
		flag: 'a',
	});
	const out = join(work, 'out');
	rmSync(out, {recursive: true, force: true});
	const printed = execFileSync(
		process.execPath,
		[
			here('../dist/cli/main.js'),
			...['build', project, '--prefix', '/opt/hello', '--format', 'tar.zst', '--out', out],
			...['--python', python, '--json', '--quiet', ...flags],
		],
		{encoding: 'utf8', maxBuffer: 64 * 1024 * 1024},
	);
	return JSON.parse(printed) as Built;
}

function report(rows: readonly Row[]): string {
	const mega = (bytes = 0) => (bytes / 1e6).toFixed(1);
	const size = ({artifacts}: Built) => mega(artifacts[0]?.size);
	const lines = rows.map(
		({version, plain, trimmed, whole}) =>
			`| ${version} | ${mega(trimmed.bundle?.whole.bytes)} | ${mega(trimmed.bundle?.kept.bytes)} | ` +
			`${mega(trimmed.bundle?.libraries.bytes)} | ${size(plain)} | ${size(trimmed)} | ${size(whole)} |`,
	);
	return `# Size of a carried interpreter

Megabytes (1,000,000 bytes). The interpreter as it lies on the builder, without its site-packages and bytecode; what is left
of it when tests, IDLE, Tk, ensurepip, headers and static libraries stay behind; the shared libraries that come along; and
the .tar.zst of examples/hello without an interpreter, with a trimmed one, and with every part of it kept (each with
bytecode). Made by \`npm run bench:carried\` with Node ${process.versions.node}.

| CPython | on the builder | trimmed | libraries | hello | with it | with all of it |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}
