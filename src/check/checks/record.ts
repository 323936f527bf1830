import {type Finding, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, isWithin, nameOf, parentOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {InstalledDistribution, RecordedFile, Survey} from '../../model/survey.ts';
import {type Entry, type FileEntry, sizeOf} from '../../model/tree.ts';
import type {Check} from '../check.ts';
import {comparing, differing, isOtherAlgorithm, type OtherHash} from './record-hashes.ts';
import {recordKinds as kinds} from './record-kinds.ts';

/** A row of what a wheel carries for its installer: some name it as if it were installed. */
const unpackedElsewhere = /\.data\/(?:scripts|data|headers|purelib|platlib)\//;
/** What creators and tools put beside the distributions. */
const unowned = /(?:^|\/)(?:__pycache__|[^/]*\.(?:egg-info|egg-link|pth|pyc)|_virtualenv\.py|venvpack\.json)(?:\/|$)/;

export const record: Check = {
	name: 'record',
	question: 'Do the files have what RECORD says of them?',
	kinds: Object.values(kinds),
	begin(subject) {
		const others: OtherHash[] = [];
		return {
			finish(survey) {
				const judge = new Judge(subject, survey);
				const findings = judge.judge();
				others.push(...judge.others);
				return findings;
			},
			again: () => (others.length > 0 ? comparing(others) : undefined),
		};
	},
};

class Judge {
	/** Rows whose files have to be hashed before anything can be said. */
	readonly others: OtherHash[] = [];
	readonly #places: Places;
	readonly #prefix: InstallPath;
	readonly #survey: Survey;
	readonly #bin: InstallPath;
	readonly #listed = new Set<InstallPath>();

	constructor({pkg}: OpenedPackage, survey: Survey) {
		this.#places = new Places(pkg.tree);
		this.#prefix = pkg.prefix;
		this.#survey = survey;
		this.#bin = below(survey.venv?.root ?? pkg.prefix, 'bin');
	}

	judge(): Finding[] {
		const findings = this.#survey.distributions.flatMap(distribution => this.#distribution(distribution));
		return [...findings, ...this.#unlisted()];
	}

	#distribution({path, record: rows, name}: InstalledDistribution): Finding[] {
		if (rows === undefined) {
			return path.endsWith('.dist-info') ? [findingOf(kinds.missing, {path, message: `${name} has no RECORD`})] : [];
		}

		// In the order of the tree, each search ends where the one before did.
		const sorted = [...rows].sort((a, b) => (a.written < b.written ? -1 : a.written > b.written ? 1 : 0));
		const file = below(path, 'RECORD');
		return sorted.flatMap((row, at) =>
			row.written === sorted[at - 1]?.written
				? [findingOf(kinds.duplicate, {path: file, message: `names ${row.written} twice`})]
				: this.#row(row, file),
		);
	}

	#row(row: RecordedFile, file: InstallPath): Finding[] {
		const {path, written} = row;
		if (path === undefined || !isWithin(path, this.#prefix)) {
			return [findingOf(kinds.escapes, {path: file, message: `names ${written}, outside of ${this.#prefix}`})];
		}

		const entry = this.#entryAt(path);
		this.#listed.add(entry?.path ?? path);
		if (entry === undefined) {
			return path.endsWith('.pyc') ? [] : [this.#absent(row, file)];
		}

		return entry.kind === 'file' && !path.endsWith('.pyc') ? this.#compare(row, entry) : [];
	}

	/** Rows may take the way through lib64, which is a link. */
	#entryAt(path: InstallPath): Entry | undefined {
		const end = this.#places.at(path)?.path ?? this.#places.follow(path);
		return end && this.#places.at(end);
	}

	#absent({written}: RecordedFile, file: InstallPath): Finding {
		const severity = unpackedElsewhere.test(written) ? 'note' : kinds.absent.severity;
		return findingOf(kinds.absent, {path: file, severity, message: `names ${written}, which is not there`});
	}

	#compare({hash, size}: RecordedFile, entry: FileEntry): Finding[] {
		const {path} = entry;
		// Whoever writes a first line anew rarely thinks of RECORD; the program runs all the same.
		const severity = isWithin(path, this.#bin) ? 'warning' : kinds.differs.severity;
		const is = this.#survey.digestOf(path);
		const [algorithm = '', value = ''] = hash.split('=');
		if (algorithm === 'sha256' && is !== undefined && Buffer.from(value, 'base64url').toString('hex') !== is) {
			return [differing('hash', {path, severity})];
		}

		if (/^\d+$/.test(size) && Number(size) !== sizeOf(entry.content)) {
			return [differing('size', {path, severity})];
		}

		if (isOtherAlgorithm(algorithm)) {
			const written = Buffer.from(value, 'base64url').toString('base64url');
			this.others.push({path, algorithm, value: written, severity});
		}

		return [];
	}

	/** One finding for all that lies in one folder beside the distributions. */
	#unlisted(): Finding[] {
		if (this.#listed.size === 0) {
			return [];
		}

		const counts = new Map<InstallPath, number>();
		for (const folder of this.#survey.venv?.sitePackages ?? []) {
			for (const {kind, path} of this.#places.below(folder)) {
				if (kind === 'file' && !this.#listed.has(path) && !this.#isUnowned(path.slice(folder.length + 1))) {
					const top = topBelow(folder, path);
					counts.set(top, (counts.get(top) ?? 0) + 1);
				}
			}
		}

		return [...counts].map(([path, count]) => {
			const isFolder = this.#places.at(path)?.kind === 'directory';
			const message = isFolder ? `holds files that no RECORD names: ${count}` : 'stands in no RECORD';
			return findingOf(kinds.unlisted, {path, message});
		});
	}

	#isUnowned(name: string): boolean {
		const top = name.split('/')[0] ?? '';
		// Without a RECORD of its own, a distribution lists nothing.
		return unowned.test(name) || /\.dist-info$/.test(top);
	}
}

function topBelow(folder: InstallPath, path: InstallPath): InstallPath {
	let here = path;
	while (parentOf(here) !== folder && nameOf(here) !== '') {
		here = parentOf(here);
	}

	return here;
}
