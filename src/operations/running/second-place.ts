import type {Finding} from '../../model/findings.ts';
import {type InstallPath, isWithin} from '../../model/paths.ts';
import type {InstalledDistribution, Survey, SurveyedVenv} from '../../model/survey.ts';
import type {Base} from './ground.ts';

/** With a space and a letter beyond ASCII, as people name folders; on no machine before. */
const places = ['/srv/some where/é', '/mnt/some where/é'] as const;

/** Where a tree that may lie anywhere is started, too: neither in `place` nor around it. */
export function secondPlace(place: InstallPath): InstallPath {
	const [first, other] = places;
	return (isWithin(first, place) || isWithin(place, '/srv/some where') ? other : first) as InstallPath;
}

/** One folder that lies elsewhere now. */
export class Moving {
	readonly from: InstallPath;
	readonly to: InstallPath;

	constructor(from: InstallPath, to: InstallPath) {
		this.from = from;
		this.to = to;
	}

	/** Where a path lies after the move; what was not in the folder stays. */
	path(path: InstallPath): InstallPath {
		return isWithin(path, this.from) ? (`${this.to}${path.slice(this.from.length)}` as InstallPath) : path;
	}

	venv(venv: SurveyedVenv): SurveyedVenv {
		const {root, interpreter, standardLibrary, sitePackages} = venv;
		return {
			...venv,
			root: this.path(root),
			interpreter: interpreter && this.path(interpreter),
			standardLibrary: standardLibrary && this.path(standardLibrary),
			sitePackages: sitePackages.map(path => this.path(path)),
		};
	}

	base({path, isBundled}: Base): Base {
		return {path: this.path(path), isBundled};
	}

	/** The same survey of a tree that was moved, as far as what starts programs asks. */
	survey(survey: Survey): Survey {
		const back = new Moving(this.to, this.from);
		return {
			...survey,
			venv: survey.venv && this.venv(survey.venv),
			distributions: survey.distributions.map(one => this.#distribution(one)),
			scripts: survey.scripts.map(script => ({...script, path: this.path(script.path)})),
			elf: survey.elf.map(file => ({...file, path: this.path(file.path)})),
			digestOf: path => survey.digestOf(back.path(path)),
		};
	}

	/** A RECORD is large, and read where it is asked for. */
	#distribution(one: InstalledDistribution): InstalledDistribution {
		const {name, version, license, summary, requiresPython, requiresDist, entryPoints, directUrl} = one;
		const {editable, installer, size, files, topLevel} = one;
		const move = (path: InstallPath | undefined) => path && this.path(path);
		return {
			...{name, version, license, summary, requiresPython, requiresDist, entryPoints, directUrl},
			...{editable, installer, size, files, topLevel},
			path: this.path(one.path),
			get record() {
				return one.record?.map(row => ({...row, path: move(row.path)}));
			},
		};
	}

	/**
	 * What was found after the move and was not before, told of the files as the artifact has them; `where` says in the
	 * message where they lay.
	 */
	news(after: readonly Finding[], before: readonly Finding[], where: string): readonly Finding[] {
		const back = new Moving(this.to, this.from);
		const known = new Set(before.map(({code, path, message}) => `${code} ${path} ${essence(message)}`));
		return after
			.map(finding => ({...finding, path: back.path(finding.path)}))
			.filter(
				({code, path, message}) => !known.has(`${code} ${path} ${essence(message.replaceAll(this.to, this.from))}`),
			)
			.map(finding => ({...finding, message: `${where}: ${finding.message}`}));
	}
}

/** What programs say when they fail is never twice the same: addresses, processes, parts of paths. */
function essence(message: string): string {
	return message.replace(/(exit code \d+):.*/s, '$1');
}
