import {type Finding, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, isWithin, nameOf, parentOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {Survey, SurveyedVenv} from '../../model/survey.ts';
import type {FileEntry} from '../../model/tree.ts';
import type {Check, FileCheck} from '../check.ts';
import {fitsGlob} from '../glob.ts';
import {isOfInterpreter} from '../layout.ts';
import {NeedleSearch} from '../needle-search.ts';
import {NeedleStream} from '../needle-stream.ts';
import {provenanceOf} from '../provenance.ts';
import {beginning} from '../survey/taker.ts';
import {foreignInPackageConfig, foreignInSysconfig} from '../sysconfig-values.ts';
import {layoutKinds as kinds} from './layout-kinds.ts';

/** Without any of these CPython does not begin: it imports them before anything that a program asks for. */
const firstModules = ['codecs', 'encodings/__init__', 'io', 'os', 'site'];
/** In bytes: the text of a Makefile's variables. */
const largestText = 4 * 1024 * 1024;
/** What names its place by design: bytecode, whose name the interpreter corrects, and what says where it was meant to lie. */
const saysPlace = /\.pyc$|\/venvpack(?:-summary)?\.json$|\.cdx\.json$/;
/** What somebody starts, or an interpreter reads when it starts. */
const acted = /\/bin\/[^/]+$|\.pth$|\/pyvenv\.cfg$|\/kernel\.json$|\/_sysconfigdata_[^/]*\.py$|\.pc$/;

/** What people read, and tools that list what is installed. */
const told = /\.dist-info\/|\/share\/(?:doc|licenses|man)\/|\.(?:md|rst|txt)$/;

/** A file that names a place. */
interface Naming {
	readonly path: InstallPath;
	readonly place: string;
	readonly offset?: number;
	readonly count?: number;
}

export const layout: Check = {
	name: 'layout',
	question: 'Is an interpreter that is inside whole, and does what may lie anywhere name no place?',
	kinds: Object.values(kinds),
	begin(subject) {
		const reading = new Reading(subject);
		return {
			open: entry => reading.open(entry),
			finish: survey => (survey.venv ? reading.judge(survey, survey.venv) : []),
		};
	},
};

class Reading {
	readonly #subject: OpenedPackage;
	/** For the prefix, where that must stand nowhere. */
	readonly #search: NeedleSearch | undefined;
	readonly #fixed: Naming[] = [];
	readonly #foreign: Naming[] = [];

	constructor(subject: OpenedPackage) {
		const {prefix, manifest} = subject.pkg;
		this.#subject = subject;
		this.#search =
			manifest?.layout?.relocatable && prefix !== '/'
				? new NeedleSearch([{code: 'LEAK_NEEDLE', text: prefix, isPath: true, where: 'anywhere'}])
				: undefined;
	}

	open(entry: FileEntry): FileCheck | undefined {
		const readers = [this.#placeReader(entry), this.#valueReader(entry)].filter(reader => reader !== undefined);
		return readers.length === 0
			? undefined
			: {
					push: chunk => {
						for (const reader of readers) {
							reader.push(chunk);
						}
					},
					close: () => {
						for (const reader of readers) {
							reader.close();
						}

						return [];
					},
				};
	}

	#placeReader({path}: FileEntry): {push(chunk: Uint8Array): void; close(): void} | undefined {
		if (!this.#search || saysPlace.test(path) || !isWithin(path, this.#subject.pkg.prefix)) {
			return undefined;
		}

		const stream = new NeedleStream(this.#search);
		return {
			push: chunk => stream.push(chunk),
			close: () => {
				for (const {needle, offset, count} of stream.close()) {
					this.#fixed.push({path, place: needle.text, offset, count});
				}
			},
		};
	}

	#valueReader({path}: FileEntry): {push(chunk: Uint8Array): void; close(): void} | undefined {
		const read = /\/_sysconfigdata_[^/]*\.py$/.test(path)
			? foreignInSysconfig
			: /\/pkgconfig\/[^/]+\.pc$/.test(path)
				? foreignInPackageConfig
				: undefined;
		return (
			read &&
			beginning(largestText, bytes => {
				const place = read(bytes.toString(), this.#subject.pkg.prefix);
				if (place !== undefined) {
					this.#foreign.push({path, place});
				}
			})
		);
	}

	judge(survey: Survey, venv: SurveyedVenv): Finding[] {
		const {standardLibrary} = venv;
		return [
			...(standardLibrary === undefined ? this.#homeless(venv) : this.#incomplete(standardLibrary)),
			...(standardLibrary === undefined ? [] : this.#foreignFindings(venv, standardLibrary)),
			...this.#fixed.flatMap(naming => this.#fixedFinding(naming, survey, venv)),
		];
	}

	/** Only what says that it carries an interpreter is known to need its library: a copied python has one elsewhere. */
	#homeless({root, bundled, minor}: SurveyedVenv): Finding[] {
		const isSaid = this.#subject.pkg.manifest?.layout?.bundle !== undefined;
		const path = below(root, `lib/python${minor}`);
		return isSaid && bundled ? [findingOf(kinds.incomplete, {path, message: 'holds no standard library'})] : [];
	}

	#incomplete(folder: InstallPath): Finding[] {
		const places = new Places(this.#subject.pkg.tree);
		return firstModules
			.filter(name => ['.py', '.pyc'].every(ending => !places.at(below(folder, `${name}${ending}`))))
			.map(name => findingOf(kinds.incomplete, {path: folder, message: `holds no ${name}.py`}));
	}

	#foreignFindings({root}: SurveyedVenv, standardLibrary: InstallPath): Finding[] {
		const isSaid = this.#subject.pkg.manifest?.layout?.bundle !== undefined;
		const severity = isSaid ? kinds.foreign.severity : 'warning';
		const own = [standardLibrary, below(parentOf(standardLibrary), 'pkgconfig')];
		return this.#foreign
			.filter(({path}) => own.includes(parentOf(path)))
			.map(({path, place}) =>
				findingOf(kinds.foreign, {path, severity, message: `names ${place}, and it lies in ${root}`}),
			);
	}

	#fixedFinding({path, place, offset, count = 1}: Naming, survey: Survey, venv: SurveyedVenv): Finding[] {
		// It is the last resort of an interpreter that finds nothing beside it; its RUNPATH is another check's.
		if (isOfInterpreter(path, venv) && survey.elf.some(file => file.path === path)) {
			return [];
		}

		const {prefix, manifest} = this.#subject.pkg;
		const isAllowed = manifest?.allowedLeaks.some(glob => fitsGlob(path, glob, prefix)) ?? false;
		const isHarmless = isAllowed || told.test(path) || provenanceOf(survey).isDownloaded(path);
		const severity = isHarmless ? 'note' : acted.test(path) ? kinds.fixed.severity : 'warning';
		const times = count > 1 ? `, ${count} times` : '';
		const message = `${nameOf(path)} names ${place}${times}`;
		return [findingOf(kinds.fixed, {path, offset, severity, message})];
	}
}
