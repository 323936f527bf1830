import {decodeSummary} from '../../codecs/manifest.ts';
import {readContent} from '../../host/read.ts';
import type {Layout} from '../../model/layout.ts';
import type {PythonMove} from '../../model/moves.ts';
import {below, type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {Entry, FileEntry, LinkEntry} from '../../model/tree.ts';
import {activators, activatorText} from '../activators.ts';
import {pathFileName, pathFileOf} from '../venv.ts';

/** Scripts for Windows, which virtualenv and uv write everywhere. */
const forWindows = ['activate.bat', 'deactivate.bat', 'pydoc.bat'];

interface Place {
	readonly prefix: InstallPath;
	readonly python: PythonMove;
	readonly layout: Layout;
}

/** What is made anew, with the word for it that reports and the manifest have. */
export interface Renewed {
	readonly entries: readonly Entry[];
	/** Path → why it is not what the venv has. */
	readonly renewed: ReadonlyMap<InstallPath, string>;
	/** What the copy does without. */
	readonly dropped: readonly InstallPath[];
}

/**
 * What every creator writes in its own way, in the way that a build lays it out: links to the interpreter (also where
 * the venv has copies of it), activate scripts. What only this venv could use stays behind: bytecode, since it names the
 * sources where they were, scripts for Windows, an older manifest of venvpack and its own path file.
 */
export function renew(entries: readonly Entry[], place: Place): Renewed {
	const {prefix, python} = place;
	const bin = below(prefix, 'bin');
	const links = [...interpreterLinks(bin, python, entries), ...pathFiles(place)];
	const ours = new Set(links.map(({path}) => path));
	const renewed = new Map<InstallPath, string>(
		links.filter(link => !entries.includes(link)).map(({path}) => [path, 'interpreter']),
	);
	const dropped: InstallPath[] = [];
	const kept = entries.flatMap((entry): Entry[] => {
		if (ours.has(entry.path)) {
			return [];
		}

		if (isLeftBehind(entry, prefix)) {
			dropped.push(entry.path);
			return [];
		}

		const next = parentOf(entry.path) === bin ? inBin(entry, place) : entry;
		if (next === undefined) {
			dropped.push(entry.path);
			return [];
		}

		if (next !== entry) {
			renewed.set(entry.path, next.kind === 'link' ? 'interpreter' : 'activators');
		}

		return [next];
	});
	return {entries: [...withoutEmptied(kept, dropped), ...links], renewed, dropped};
}

/** Those of the venv where they are so already. */
function interpreterLinks(
	bin: InstallPath,
	{builder, target, minor}: PythonMove,
	entries: readonly Entry[],
): LinkEntry[] {
	const link = (name: string, ...targets: [string, ...string[]]): LinkEntry => {
		const path = below(bin, name);
		const found = entries.find(entry => entry.path === path);
		return found?.kind === 'link' && targets.includes(found.target) ? found : {kind: 'link', path, target: targets[0]};
	};
	const versioned = `python${minor}`;
	return [link(versioned, builder, target), link('python3', versioned), link('python', versioned)];
}

/** What a venv of the machine's interpreter has more where it may be moved. */
function pathFiles({prefix, python, layout}: Place): FileEntry[] {
	const file = pathFileOf(layout, below(prefix, `lib/python${python.minor}/site-packages`));
	return file
		? [{kind: 'file', path: file.path, mode: 0o644, content: {kind: 'bytes', bytes: Buffer.from(file.text)}}]
		: [];
}

function isLeftBehind(entry: Entry, prefix: InstallPath): boolean {
	const {path, kind} = entry;
	return (
		(path.endsWith('.pyc') && nameOf(parentOf(path)) === '__pycache__') ||
		(parentOf(path) === below(prefix, 'bin') && forWindows.includes(nameOf(path))) ||
		(kind === 'file' && path === below(prefix, 'venvpack.json') && isManifest(entry)) ||
		(kind === 'file' && nameOf(path) === pathFileName)
	);
}

function isManifest(entry: FileEntry): boolean {
	try {
		return decodeSummary(readContent(entry.content)).manifest === 1;
	} catch {
		return false;
	}
}

/** CPython 3.14 gives its venvs a link of one more name. */
const piName = '\u{1d70b}thon';

/** Undefined: there is none for a venv of this layout. */
function inBin(entry: Entry, {prefix, python, layout}: Place): Entry | undefined {
	const name = nameOf(entry.path);
	if (name === piName) {
		return {kind: 'link', path: entry.path, target: `python${python.minor}`};
	}

	// virtualenv and uv write activate.ps1, where venv has Activate.ps1.
	const activator = activators.find(one => one.name.toLowerCase() === name.toLowerCase());
	if (activator && entry.kind === 'file') {
		const text = activatorText(activator, {prefix, layout});
		return text === undefined ? undefined : withText(entry, text);
	}

	if (name !== 'activate.nu' || entry.kind !== 'file') {
		return entry;
	}

	return layout.relocatable ? undefined : nushell(entry, prefix);
}

/** The line that both creators write: `let` or `const`, a raw string. */
function nushell(entry: FileEntry, prefix: InstallPath): FileEntry {
	const text = Buffer.from(readContent(entry.content)).toString('utf8');
	const quoted = prefix.includes("'") ? `r#'${prefix}'#` : `'${prefix}'`;
	const next = text.replace(
		/^(\s*(?:let|const) virtual_env = )(?:'[^'\n]*'|r#'[^\n]*'#|\([^\n]*\)|"[^"\n]*")/m,
		(_, start: string) => start + quoted,
	);
	return withText(entry, next);
}

/** The very same entry where that is its text. */
function withText(entry: FileEntry, text: string): FileEntry {
	const bytes = Buffer.from(text);
	return bytes.equals(readContent(entry.content)) ? entry : {...entry, content: {kind: 'bytes', bytes}};
}

/** Without the `__pycache__` folders that hold nothing any more. */
function withoutEmptied(entries: readonly Entry[], dropped: readonly InstallPath[]): Entry[] {
	const emptied = new Set(dropped.map(parentOf).filter(folder => nameOf(folder) === '__pycache__'));
	for (const {path} of entries) {
		emptied.delete(parentOf(path));
	}

	return entries.filter(({path}) => !emptied.has(path));
}
