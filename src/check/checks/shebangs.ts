import {decodeScript, type Shebang} from '../../codecs/shebang.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, installPath, isWithin, linkDestination, nameOf, parentOf} from '../../model/paths.ts';
import {isExecutable, Places} from '../../model/places.ts';
import type {Survey} from '../../model/survey.ts';
import type {FileEntry} from '../../model/tree.ts';
import type {Check} from '../check.ts';
import {isOfInterpreter, saidLayout} from '../layout.ts';
import {provenanceOf} from '../provenance.ts';
import {beginning} from '../survey/taker.ts';
import {shebangKinds as kinds} from './shebang-kinds.ts';

/** A shebang, and the lines of a trampoline after it. */
const enough = 4096;
/**
 * Linux reads 127 bytes of a `#!` line before 5.1, the newline among them (BINPRM_BUF_SIZE in
 * include/uapi/linux/binfmts.h, less one).
 */
const longestLine = 127;
/** Where the interpreters of scripts lie on every machine that has them, as packages of the distribution. */
const hostProgram = /^(?:\/usr)?\/s?bin\/[\w.+-]+$/;
const isPython = (interpreter: string) => /(?:^|\/)(?:python|pypy)[\d.]*t?w?$/.test(interpreter);

interface Started {
	readonly path: InstallPath;
	/** The first line, with its end, one character a byte. */
	readonly line: string;
	readonly shebang: Shebang | undefined;
}

type Complaint = Omit<Finding, 'path' | 'offset'>;

export const shebangs: Check = {
	name: 'shebangs',
	question: 'Does Linux start every script, and with the interpreter that is meant?',
	kinds: Object.values(kinds),
	begin(subject) {
		const scripts: Started[] = [];
		return {
			open: entry => (mayBeStarted(entry, subject) ? collect(entry.path, scripts) : undefined),
			finish: survey => {
				const judge = new Judge(subject, survey);
				return scripts.flatMap(script => judge.judge(script));
			},
		};
	},
};

function mayBeStarted(entry: FileEntry, {carries}: OpenedPackage): boolean {
	return isExecutable(entry) || (carries.modes === 'none' && isProgramFolder(parentOf(entry.path)));
}

/** What a person or a service calls by its path: bin and sbin, not the data of a module. */
function isProgramFolder(folder: InstallPath): boolean {
	return /^s?bin$/.test(nameOf(folder)) && !/\/(?:site|dist)-packages\//.test(folder);
}

function collect(path: InstallPath, into: Started[]) {
	const taker = beginning(enough, bytes => {
		if (bytes[0] === 0x23 && bytes[1] === 0x21) {
			const line = /^[^\n]*\n?/.exec(bytes.toString('latin1'))?.[0] ?? '';
			into.push({path, line, shebang: decodeScript(bytes)?.shebang});
		}
	});
	return {
		push: taker.push,
		close: () => {
			taker.close();
			return [];
		},
	};
}

class Judge {
	readonly #places: Places;
	readonly #prefix: InstallPath;
	readonly #survey: Survey;
	/** That the package says it needs. */
	readonly #interpreter: InstallPath | undefined;
	readonly #isRelocatable: boolean;

	constructor(subject: OpenedPackage, survey: Survey) {
		const {pkg} = subject;
		this.#isRelocatable = saidLayout(subject, survey).relocatable;
		this.#places = new Places(pkg.tree);
		this.#prefix = pkg.prefix;
		this.#survey = survey;
		this.#interpreter = survey.manifest?.python.path;
	}

	judge({path, line, shebang}: Started): Finding[] {
		const complaint = this.#formOf(line, shebang) ?? (shebang && this.#targetOf(shebang, path));
		return complaint ? [{path, offset: undefined, ...complaint, severity: this.#weigh(complaint, path)}] : [];
	}

	/** What the kernel does not understand. */
	#formOf(line: string, shebang: Shebang | undefined): Complaint | undefined {
		const reason = unreadable(line, shebang);
		if (reason !== undefined || shebang === undefined) {
			return complaintOf(kinds.unreadable, reason ?? 'no interpreter stands behind #!');
		}

		if (shebang.kind === 'direct' && /\s/.test(shebang.interpreter)) {
			return complaintOf(kinds.space, `${shebang.interpreter} holds a space`);
		}

		return line.length > longestLine
			? complaintOf(kinds.tooLong, `its first line has ${line.length} bytes, and some kernels read ${longestLine}`)
			: undefined;
	}

	#targetOf({kind, interpreter}: Shebang, path: InstallPath): Complaint | undefined {
		if (kind === 'env') {
			const isOurs = this.#survey.venv !== undefined && isWithin(path, below(this.#survey.venv.root, 'bin'));
			return isOurs && isPython(interpreter)
				? complaintOf(kinds.env, `runs with whatever ${interpreter} PATH finds first`)
				: undefined;
		}

		// A trampoline that finds its own folder leaves the way from there.
		const isFound = kind === 'trampoline' && !interpreter.startsWith('/');
		const place = isFound ? linkDestination(path, interpreter) : interpreter;
		if (!place.startsWith('/')) {
			return complaintOf(kinds.relative, `${interpreter} is looked for in the folder that one happens to be in`);
		}

		const isFixed = this.#isRelocatable && !isFound && isWithin(place, this.#prefix) && isWithin(path, this.#prefix);
		return isFixed ? complaintOf(kinds.fixed, `names ${interpreter}`) : this.#missing(place);
	}

	#missing(interpreter: string): Complaint | undefined {
		const place = asPlace(interpreter);
		const end = this.#places.follow(place);
		// Where a link of the package leads is the question of another check.
		if (end !== place || this.#places.at(place) || place === this.#interpreter || hostProgram.test(place)) {
			return undefined;
		}

		// Of what has no place of its own, nothing is known to belong to it.
		return this.#prefix !== '/' && isWithin(place, this.#prefix)
			? complaintOf(kinds.missing, `${interpreter} is not in the package`)
			: complaintOf(kinds.foreign, `${interpreter} is neither in the package nor a program of the system`);
	}

	/** Data with an executable bit, as its wheel brought it: nobody is meant to start it. */
	#weigh({severity}: Complaint, path: InstallPath): Finding['severity'] {
		const provenance = provenanceOf(this.#survey);
		const isAsWritten =
			this.#survey.manifest !== undefined &&
			provenance.isRecorded(path) &&
			this.#survey.manifest.files[path]?.rules === undefined;
		const isData = !isProgramFolder(parentOf(path)) && (provenance.isDownloaded(path) || severity === 'warning');
		const isModule = this.#survey.venv !== undefined && isOfInterpreter(path, this.#survey.venv);
		return isAsWritten || isData || isModule ? 'note' : severity;
	}
}

function unreadable(line: string, shebang: Shebang | undefined): string | undefined {
	if (line.endsWith('\r\n')) {
		return 'its first line ends with a carriage return';
	}

	// The kernel knows no quotes; only some shells do, and those are not asked.
	return shebang && /^#![ \t]*"/.test(line) ? 'its interpreter stands in quotes' : undefined;
}

function complaintOf(kind: (typeof kinds)[keyof typeof kinds], message: string): Complaint {
	const {path: _path, offset: _offset, ...complaint} = findingOf(kind, {path: '/' as InstallPath, message});
	return complaint;
}

/** A path of a script's own making. */
function asPlace(text: string): InstallPath {
	try {
		return installPath(text);
	} catch {
		return text as InstallPath;
	}
}
