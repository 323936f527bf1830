import {type Finding, type FindingKind, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {type InstallPath, isWithin, linkDestination, nameOf, parentOf, relativeTarget} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {Survey} from '../../model/survey.ts';
import type {LinkEntry} from '../../model/tree.ts';
import type {Check} from '../check.ts';
import {saidLayout} from '../layout.ts';

const dangling: FindingKind = {
	code: 'LINK_DANGLING',
	severity: 'error',
	title: 'a link to something that the package does not hold',
	why: 'Whatever opens it fails: it points into the application, at nothing.',
	remedy: 'bring what it points at, or take the link away',
};

const cycle: FindingKind = {
	code: 'LINK_CYCLE',
	severity: 'error',
	title: 'links that lead in a circle',
	why: 'Whatever opens one of them fails with “Too many levels of symbolic links”.',
	remedy: 'let one of them point at a file',
};

const outside: FindingKind = {
	code: 'LINK_OUTSIDE',
	severity: 'warning',
	title: 'a link that leaves the application',
	why: 'It works only where another package, or chance, put the right thing there.',
	remedy: 'bring the file itself; where the place is meant, depend on its package and --ignore this code for the link',
};

const absolute: FindingKind = {
	code: 'LINK_ABSOLUTE',
	severity: 'note',
	title: 'a link within the application that names its prefix',
	why: 'It breaks, or leaves its folder, where the application is unpacked or mounted elsewhere.',
	remedy: 'let it point relatively',
};

export const links: Check = {
	name: 'links',
	question: 'Does every symbolic link lead to something?',
	kinds: [dangling, cycle, outside, absolute],
	unasked: ({carries}) => (carries.links ? undefined : 'the format holds no links'),
	begin(subject) {
		const found: LinkEntry[] = [];
		return {
			link: entry => {
				found.push(entry);
				return [];
			},
			finish: survey => {
				const judge = new Judge(subject, survey);
				return found.flatMap(entry => judge.judge(entry) ?? []);
			},
		};
	},
};

class Judge {
	readonly #places: Places;
	readonly #prefix: InstallPath;
	readonly #interpreter: InstallPath | undefined;
	readonly #isVenv: boolean;
	readonly #isRelocatable: boolean;

	constructor(subject: OpenedPackage, survey: Survey) {
		const {pkg} = subject;
		const {venv} = survey;
		this.#isRelocatable = saidLayout(subject, survey).relocatable;
		this.#places = new Places(pkg.tree);
		this.#prefix = pkg.prefix;
		this.#interpreter = venv?.interpreter;
		this.#isVenv = venv !== undefined;
	}

	judge(entry: LinkEntry): Finding | undefined {
		const {path, target} = entry;
		const end = this.#places.follow(path);
		if (end === undefined) {
			return findingOf(cycle, {path, message: `points to ${target}, and so back to itself`});
		}

		if (this.#places.at(end) === undefined && !this.#isRoot(end)) {
			return this.#leadsNowhere(entry, end);
		}

		const next = linkDestination(path, target);
		const isInner = isWithin(path, this.#prefix) && isWithin(next, this.#prefix) && this.#prefix !== '/';
		return target.startsWith('/') && isInner
			? findingOf(absolute, {
					path,
					message: `points to ${target}; ${relativeTarget(parentOf(path), next)} would do`,
					...(this.#isRelocatable && {severity: 'error' as const}),
				})
			: undefined;
	}

	#leadsNowhere({path, target}: LinkEntry, end: InstallPath): Finding | undefined {
		if (this.#belongs(end)) {
			return findingOf(dangling, {path, message: `points to ${target}, and ${end} is not in the package`});
		}

		// Of the links of a venv to its interpreter the check named venv speaks.
		return this.#interpreter === end && /^(?:python|pypy|𝜋thon)/u.test(nameOf(path))
			? undefined
			: findingOf(outside, {
					path,
					message: `points to ${target}, and the package does not hold ${end}`,
					...(this.#leavesBySteps(path, target) && {severity: 'error' as const}),
				});
	}

	/** Where the tree may lie anywhere, what is so many steps above it is something else each time. */
	#leavesBySteps(path: InstallPath, target: string): boolean {
		return this.#isRelocatable && isWithin(path, this.#prefix) && !target.startsWith('/');
	}

	/** Whether nobody else could put something there. */
	#belongs(path: InstallPath): boolean {
		if (this.#prefix !== '/') {
			return isWithin(path, this.#prefix);
		}

		// A venv that was packed without its place has folders of its own; what a system package lacks, another may bring.
		return this.#isVenv && (parentOf(path) === '/' || this.#places.at(parentOf(path)) !== undefined);
	}

	/** The folders above the prefix are there, though no format has to list them. */
	#isRoot(path: InstallPath): boolean {
		return isWithin(this.#prefix, path);
	}
}
