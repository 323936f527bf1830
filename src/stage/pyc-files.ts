import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {type HostPath, type InstallPath, nameOf, parentOf} from '../model/paths.ts';

/** Where the bytecode of sources lies: `__pycache__/NAME.cpython-3XY.pyc` beside each (PEP 3147). */
export class PycFiles {
	readonly #root: HostPath;
	readonly #suffix: string;
	readonly #folders = new Set<string>();

	/** For sources below `root`, and a minor such as `3.11`. */
	constructor(root: HostPath, minor: string) {
		this.#root = root;
		this.#suffix = `.cpython-${minor.replace('.', '')}.pyc`;
	}

	/** Writes the pyc of a source. Returns false where its name would be too long for the file system. */
	write(source: InstallPath, pyc: Uint8Array): boolean {
		const folder = `${this.#root}${parentOf(source)}/__pycache__`;
		if (!this.#folders.has(folder)) {
			mkdirSync(folder, {recursive: true});
			this.#folders.add(folder);
		}

		return put(`${folder}/${nameOf(source).slice(0, -'.py'.length)}${this.#suffix}`, pyc);
	}
}

function put(file: string, pyc: Uint8Array): boolean {
	try {
		writeFileSync(file, pyc, {flag: 'wx', mode: 0o644});
		return true;
	} catch (error) {
		const reason = error instanceof Error && 'code' in error ? error.code : '';
		if (reason === 'ENAMETOOLONG') {
			return false;
		}

		if (reason !== 'EEXIST') {
			throw error;
		}
	}

	// A wheel may bring a pyc of its own; its source is what counts. The old file may be a link to another's: it goes.
	rmSync(file);
	return put(file, pyc);
}
