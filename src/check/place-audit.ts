import {type Finding, findingOf} from '../model/findings.ts';
import {type InstallPath, isWithin, nameOf, parentOf} from '../model/paths.ts';
import {manifestName} from '../model/prefix.ts';
import type {FileEntry} from '../model/tree.ts';
import type {CheckRun, FileCheck} from './check.ts';
import {layoutKinds} from './checks/layout-kinds.ts';
import {fitsGlob} from './glob.ts';
import {NeedleSearch} from './needle-search.ts';
import {NeedleStream} from './needle-stream.ts';

export interface PlaceAuditOptions {
	readonly prefix: InstallPath;
	/** Files of downloaded wheels → sha256, hexadecimal: with these bytes, a file cannot know where this build puts it. */
	readonly downloaded: ReadonlyMap<InstallPath, string>;
	/** What came along of an interpreter: its compiled-in prefix is the last place where it looks. */
	readonly carried: ReadonlyMap<InstallPath, unknown>;
	/** Globs of install paths that may name the prefix: they come back as notes. */
	readonly allow: readonly string[];
}

/** What is read or run, and not by people: modules, settings, build files. */
const acted = /\.(?:py|pth|cfg|ini|conf|toml|json|ya?ml|xml|env|properties|service|sh|pc|la|cmake)$/;

/**
 * Asks of a tree that may lie anywhere whether anything that this build made names the prefix: a script, a program or a
 * setting that does so is wrong as soon as the tree lies elsewhere; in a text it is a note. Bytecode is left out, whose name
 * CPython corrects, and so is what describes a distribution.
 */
export function placeAudit(options: PlaceAuditOptions): CheckRun {
	const {prefix, carried} = options;
	const search = new NeedleSearch([{code: 'LEAK_NEEDLE', text: prefix, isPath: true, where: 'anywhere'}]);
	return {
		open: entry =>
			isAsked(entry, prefix) && !carried.has(entry.path) ? new Reading(entry, search, options) : undefined,
	};
}

function isAsked({path}: FileEntry, prefix: InstallPath): boolean {
	return (
		isWithin(path, prefix) &&
		!path.endsWith('.pyc') &&
		!path.includes('.dist-info/') &&
		!(parentOf(path) === prefix && (nameOf(path) === manifestName || path.endsWith('.cdx.json')))
	);
}

class Reading implements FileCheck {
	readonly #path: InstallPath;
	readonly #stream: NeedleStream;
	readonly #options: PlaceAuditOptions;
	#head = '';

	constructor({path}: FileEntry, search: NeedleSearch, options: PlaceAuditOptions) {
		this.#path = path;
		this.#stream = new NeedleStream(search);
		this.#options = options;
	}

	push(chunk: Uint8Array): void {
		if (this.#head.length < 4) {
			this.#head += Buffer.from(chunk.subarray(0, 4)).toString('latin1');
		}

		this.#stream.push(chunk);
	}

	close(sha256: string): readonly Finding[] {
		const path = this.#path;
		const {downloaded, prefix} = this.#options;
		const hits = this.#stream.close();
		return downloaded.get(path) === sha256
			? []
			: hits.map(({offset, count}) =>
					findingOf(layoutKinds.fixed, {
						path,
						offset,
						severity: this.#severity(),
						message: `names ${prefix}${count > 1 ? `, ${count} times` : ''}`,
						remedy: `let it find its own folder, or build without --relocatable; or, where it does no harm, --allow-leak '${path}'`,
					}),
				);
	}

	#severity(): Finding['severity'] {
		const {allow, prefix} = this.#options;
		const isActed = this.#head.startsWith('#!') || this.#head.startsWith('\x7fELF') || acted.test(this.#path);
		return isActed && !allow.some(glob => fitsGlob(this.#path, glob, prefix)) ? 'error' : 'note';
	}
}
