import {isElf} from '../../codecs/elf.ts';
import {decodeScript} from '../../codecs/shebang.ts';
import {below, type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import {isExecutable} from '../../model/places.ts';
import type {InstalledDistribution, ScriptFile} from '../../model/survey.ts';
import type {FileEntry} from '../../model/tree.ts';
import type {Distributions} from './distributions.ts';
import {beginning, type Collector, type Taker} from './taker.ts';

/** A shebang and the lines of a trampoline fit well. */
const enough = 4096;
/** Of CPython, PyPy, and the one that Python 3.14 adds. */
const interpreterName = /^(?:python|pypy)[\d.]*t?$|^𝜋thon$/u;

type Found = Pick<ScriptFile, 'path' | 'shebang' | 'kind'>;

/** Collects what may be run: in the bin of a venv, and where there is no venv, in the bins that are on PATH. */
export class Scripts implements Collector {
	readonly #folders: ReadonlySet<InstallPath>;
	readonly #found: Found[] = [];

	constructor(venv: InstallPath | undefined, prefix: InstallPath) {
		const places = venv === undefined ? [prefix, '/', '/usr', '/usr/local'] : [venv];
		this.#folders = new Set(places.map(place => below(place as InstallPath, 'bin')));
	}

	wants(entry: FileEntry): boolean {
		const {path} = entry;
		return this.#folders.has(parentOf(path)) && isExecutable(entry) && !interpreterName.test(nameOf(path));
	}

	open(entry: FileEntry): Taker | undefined {
		const {path} = entry;
		return this.wants(entry) ? beginning(enough, bytes => void this.#found.push(scriptOf(path, bytes))) : undefined;
	}

	finish(distributions: readonly InstalledDistribution[], owners: Distributions): readonly ScriptFile[] {
		const points = new Map(
			distributions.flatMap(({entryPoints}) =>
				entryPoints.filter(({group}) => isScriptGroup(group)).map(({name, value}) => [name, value] as const),
			),
		);
		return this.#found.map(found => ({
			...found,
			distribution: owners.ownerOf(found.path),
			entryPoint: points.get(nameOf(found.path)) ?? '',
		}));
	}
}

function isScriptGroup(group: string): boolean {
	return group === 'console_scripts' || group === 'gui_scripts';
}

function scriptOf(path: InstallPath, bytes: Buffer): Found {
	if (isElf(bytes)) {
		return {path, shebang: undefined, kind: 'elf'};
	}

	const shebang = decodeScript(bytes)?.shebang;
	return {path, shebang, kind: shebang ? 'script' : 'other'};
}
