import {codeFilename} from '../codecs/code-filename.ts';
import {decodePyc} from '../codecs/pyc.ts';
import {minorOfMagic} from '../codecs/pyc-magic.ts';
import {type InstallPath, nameOf, parentOf} from '../model/paths.ts';
import {type FileEntry, sizeOf} from '../model/tree.ts';
import {rootOf} from './bytecode-judge.ts';
import {pycName} from './pyc-name.ts';

/** A place on another machine, told by a file. */
export interface Trace {
	/** Where the venv was made, where its interpreter lay, or where sources were. */
	readonly what: 'venv' | 'interpreter' | 'source';
	readonly place: string;
	/** Who tells it. */
	readonly path: InstallPath;
}

type Reader = (bytes: Buffer, path: InstallPath) => readonly Omit<Trace, 'path'>[];

/** What tools generate in a venv and write its own place into. */
const readers: ReadonlyArray<{readonly name: RegExp; readonly read: Reader}> = [
	{name: /\/bin\/(?:activate(?:\.\w+)?|Activate\.ps1)$/, read: activated},
	{name: /\/site-packages\/[^/]+\.pth$/, read: pathsOfPth},
	{name: /\/kernel\.json$/, read: kernelInterpreter},
	{name: /\/pkgconfig\/[^/]+\.pc$/, read: packageConfig},
	{name: /\/_sysconfigdata_[^/]*\.py$/, read: buildVariables},
	{name: /\.pyc$/, read: compiledAt},
];

const largest = 256 * 1024;
/** All pycs of a venv are compiled in one go, and those of an interpreter: a few of either tell as much as all. */
const mostPycs = 40;

/** Looks for traces in the files of an artifact, as they come. */
export class BuilderTraces {
	readonly found: Trace[] = [];
	readonly #pycs = {installed: 0, own: 0};

	/** Who reads a file; undefined where it tells nothing. */
	reader({path, content}: FileEntry): ((bytes: Buffer) => void) | undefined {
		const reader = sizeOf(content) <= largest ? readers.find(({name}) => name.test(path)) : undefined;
		const kind = path.includes('/site-packages/') ? 'installed' : 'own';
		if (!reader || (path.endsWith('.pyc') && ++this.#pycs[kind] > mostPycs)) {
			return undefined;
		}

		return bytes => {
			this.found.push(...reader.read(bytes, path).map(trace => ({...trace, path})));
		};
	}
}

/** The forms of sh, csh, fish, nu and PowerShell; those that find the place at run time hold no absolute path. */
function activated(bytes: Buffer): Omit<Trace, 'path'>[] {
	const text = bytes.toString('utf8');
	const values = text.matchAll(/\bVIRTUAL_ENV(?:["']?[ \t]*=[ \t]*|[ \t]+)["']?(\/[^"'\n;)$`]+)/g);
	return [...values].map(([, place = '']) => ({what: 'venv', place: place.trim()}));
}

function pathsOfPth(bytes: Buffer): Omit<Trace, 'path'>[] {
	const lines = bytes.toString('utf8').split(/\r?\n/);
	return lines.filter(line => line.startsWith('/')).map(line => ({what: 'source', place: line.trim()}));
}

function kernelInterpreter(bytes: Buffer): Omit<Trace, 'path'>[] {
	const [, program = ''] = /"argv"\s*:\s*\[\s*"(\/[^"]+)"/.exec(bytes.toString('utf8')) ?? [];
	return venvOfInterpreter(program);
}

/** The folder above `bin` of an absolute path of a python. */
export function venvOfInterpreter(program: string): Omit<Trace, 'path'>[] {
	const [, place] = /^(\/.+)\/bin\/(?:python|pypy)[\d.]*$/.exec(program) ?? [];
	return place === undefined ? [] : [{what: 'venv', place}];
}

function packageConfig(bytes: Buffer): Omit<Trace, 'path'>[] {
	const [, place] = /^prefix=(\/.*)$/m.exec(bytes.toString('utf8')) ?? [];
	return place === undefined ? [] : [{what: 'interpreter', place: place.trim()}];
}

/** What CPython's build was told as its prefix: a text in what it generates, and a computed one in what venvpack writes. */
function buildVariables(bytes: Buffer): Omit<Trace, 'path'>[] {
	const [, place] = /'(?:prefix|exec_prefix)': '(\/[^'\n]+)'/.exec(bytes.toString('utf8')) ?? [];
	return place === undefined ? [] : [{what: 'interpreter', place}];
}

/** What stands before the place in the venv, or in the interpreter that is inside, that both names share. */
function compiledAt(bytes: Buffer, path: InstallPath): Omit<Trace, 'path'>[] {
	try {
		const {magic, code} = decodePyc(bytes);
		const minor = minorOfMagic(magic);
		const {source} = pycName(path);
		const filename = minor === undefined ? '' : codeFilename(code, minor);
		const place = filename.startsWith('/') && filename !== source ? rootOf(filename, source) : '';
		const shared = filename.slice(place.length);
		if (place === '' || !/\/lib\/python3\.\d+t?\//.test(shared)) {
			return [];
		}

		return [{what: shared.includes('/site-packages/') ? 'venv' : 'interpreter', place}];
	} catch {
		// What cannot be read is the finding of another check.
		return [];
	}
}

/** Names of folders that a path of a file in a home begins with: `/home/ada`. */
export function homeOf(place: string): string | undefined {
	return /^\/(?:home|Users|var\/home)\/[^/]+/.exec(place)?.[0];
}

/** Where an interpreter is a builder's own, and no package could bring it. */
export function isBuilderFolder(place: string): boolean {
	return (
		/^\/(?:home|Users|root|tmp|var\/tmp|builds?|github|__w|workspace)(?:\/|$)/.test(place) ||
		/\/(?:\.?pyenv|uv\/python|hostedtoolcache|\.asdf|miniconda3?|anaconda3?)\//.test(`${place}/`)
	);
}

/** The folder of a path, `depth` components up. */
export function above(path: string, depth: number): string {
	let here = path as InstallPath;
	for (let step = 0; step < depth; step++) {
		here = parentOf(here);
	}

	return nameOf(here) === '' ? '/' : here;
}
