import {decodeManifest} from '../codecs/manifest.ts';
import {ArtifactError} from '../model/errors.ts';
import type {Manifest} from '../model/manifest.ts';
import type {OpenedPackage} from '../model/package.ts';
import {below, type InstallPath} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import {manifestName} from '../model/prefix.ts';
import type {Survey} from '../model/survey.ts';
import type {FileEntry} from '../model/tree.ts';
import type {FileCheck} from './check.ts';
import {Digests} from './survey/digests.ts';
import {Distributions} from './survey/distributions.ts';
import {DynamicLoads} from './survey/dynamic-loads.ts';
import {ElfFiles} from './survey/elf-files.ts';
import {Scripts} from './survey/scripts.ts';
import {Services} from './survey/services.ts';
import {beginning, type Collector, type Damaged, type Taker} from './survey/taker.ts';
import {Venv} from './survey/venv.ts';

/** A line of it has some 150 bytes; half a million files is more than any package has. */
const mostManifest = 128 * 1024 * 1024;

export interface SurveyOptions {
	/** Leaves out the digests and the manifest's list of files, and looks for libraries that are loaded by name. */
	readonly overview?: boolean;
}

/**
 * Looks at the files of an artifact while they are read once, in whatever order they come:
 *
 *     for each file: surveyor.open(entry), push its bytes, close
 *     while surveyor.unfinished() names any: the same with these
 *     surveyor.finish()
 */
export class Surveyor {
	readonly #damaged: Damaged = new Map();
	readonly #manifestPath: InstallPath;
	readonly #venv: Venv;
	readonly #distributions: Distributions;
	readonly #scripts: Scripts;
	readonly #services: Services;
	readonly #elf: ElfFiles;
	readonly #loads = new DynamicLoads();
	readonly #digests: Digests;
	readonly #isOverview: boolean;
	#isAgain = false;
	#manifest: Manifest | undefined;

	constructor({pkg}: Pick<OpenedPackage, 'pkg'>, {overview = false}: SurveyOptions = {}) {
		const {tree, prefix} = pkg;
		const places = new Places(tree);
		this.#isOverview = overview;
		this.#manifestPath = below(prefix, manifestName);
		this.#venv = new Venv(tree, prefix, {places, damaged: this.#damaged});
		this.#distributions = new Distributions(tree, places, this.#damaged);
		this.#scripts = new Scripts(this.#venv.root, prefix);
		this.#services = new Services(this.#damaged);
		this.#elf = new ElfFiles(this.#damaged);
		this.#digests = new Digests(places, overview ? 0 : tree.entries.length);
	}

	/** Whether `open` would take this file: whoever has very many files need not bring the others. */
	wants(entry: FileEntry): boolean {
		return !this.#isOverview || this.#collectors().some(collector => collector.wants(entry));
	}

	/** Begins a file; undefined where nothing of it is wanted. It has no findings: what is wrong stands in `damaged`. */
	open(entry: FileEntry): FileCheck | undefined {
		const takers = this.#collectors().flatMap(collector => collector.open(entry) ?? []);
		if (takers.length === 0 && (this.#isOverview || this.#isAgain)) {
			return undefined;
		}

		return {
			push: chunk => {
				for (const taker of takers) {
					taker.push(chunk);
				}
			},
			close: sha256 => {
				for (const taker of takers) {
					taker.close();
				}

				if (!this.#isOverview && !this.#isAgain) {
					this.#digests.set(entry.path, sha256);
				}

				return [];
			},
		};
	}

	/** Files that have to be read once more, because they are large and tell at their end where to look; mostly none. */
	unfinished(): readonly FileEntry[] {
		this.#isAgain = true;
		return this.#elf.unfinished();
	}

	/** All files were read. */
	finish(): Survey {
		const distributions = this.#distributions.finish();
		const digests = this.#digests;
		const elf = this.#elf.finish();
		return {
			venv: this.#venv.finish(),
			distributions,
			scripts: this.#scripts.finish(distributions, this.#distributions),
			elf,
			loads: this.#loads.finish(elf),
			services: this.#services.finish(),
			manifest: this.#manifest,
			damaged: this.#damaged,
			digestOf: path => digests.get(path),
		};
	}

	#collectors(): readonly Collector[] {
		if (this.#isAgain) {
			return [this.#elf];
		}

		const manifest: Collector = {
			wants: ({path}) => path === this.#manifestPath && !this.#isOverview,
			open: entry => this.#openManifest(entry),
		};
		const loads = this.#isOverview ? [this.#loads] : [];
		return [this.#elf, ...loads, this.#distributions, this.#scripts, this.#services, this.#venv, manifest];
	}

	#openManifest({path}: FileEntry): Taker | undefined {
		if (path !== this.#manifestPath || this.#isOverview) {
			return undefined;
		}

		return beginning(mostManifest, (bytes, isAll) => {
			try {
				this.#manifest = isAll ? decodeManifest(bytes) : undefined;
			} catch (error) {
				if (!(error instanceof ArtifactError)) {
					throw error;
				}

				this.#damaged.set(path, error.message);
			}

			if (!isAll) {
				this.#damaged.set(path, `at most ${mostManifest} bytes are expected of it`);
			}
		});
	}
}
