import {type Finding, type FindingKind, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, isWithin, linkDestination, nameOf, parentOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {Survey, SurveyedVenv} from '../../model/survey.ts';
import type {Check} from '../check.ts';
import {isOwnHome, saidLayout} from '../layout.ts';
import {venvKinds as kinds} from './venv-kinds.ts';

/** Where packages put interpreters; /usr/local is where the images of containers have theirs. */
const interpreterFolder = /^(?:\/usr(?:\/local)?)?\/bin$|^\/usr\/lib(?:64|exec)?\/|^\/opt\//;

export const venv: Check = {
	name: 'venv',
	question: 'Does Python find its library and the packages of the venv?',
	kinds: Object.values(kinds),
	begin: subject => ({
		finish: survey => (survey.venv ? new Judge(subject, survey, survey.venv).judge() : []),
	}),
};

class Judge {
	readonly #subject: OpenedPackage;
	readonly #places: Places;
	readonly #survey: Survey;
	readonly #venv: SurveyedVenv;
	readonly #config: InstallPath;

	constructor(subject: OpenedPackage, survey: Survey, found: SurveyedVenv) {
		this.#subject = subject;
		this.#places = new Places(subject.pkg.tree);
		this.#survey = survey;
		this.#venv = found;
		this.#config = below(found.root, 'pyvenv.cfg');
	}

	judge(): Finding[] {
		const findings = [...this.#interpreter(), ...this.#versions()];
		if (this.#places.at(this.#config) === undefined) {
			const missing = isOwnHome(this.#venv)
				? this.#finding(kinds.system, 'is not there, and the packages of whoever starts it are seen')
				: this.#finding(kinds.missing, 'is not there');
			return [...findings, missing];
		}

		return [...findings, ...this.#home(), ...this.#foreign(), ...this.#system()];
	}

	#interpreter(): Finding[] {
		const {interpreter, root, bundled} = this.#venv;
		const {manifest} = this.#survey;
		const {prefix} = this.#subject.pkg;
		const isOurs = interpreter === undefined || (isWithin(interpreter, prefix) && (prefix !== '/' || bundled));
		if (isOurs || interpreter === manifest?.python.path || interpreterFolder.test(parentOf(interpreter))) {
			return [];
		}

		const link = ['bin/python', 'bin/python3'].map(name => below(root, name)).find(path => this.#places.at(path));
		return [findingOf(kinds.interpreter, {path: link ?? root, message: `leads to ${interpreter}`})];
	}

	/** The minors that the folder of modules, the interpreter and pyvenv.cfg speak of. */
	#versions(): Finding[] {
		const {interpreter, sitePackages, settings, root} = this.#venv;
		const folders = sitePackages.map(path => nameOf(parentOf(path)).replace(/^(?:python|pypy)/, ''));
		const [folder] = folders;
		if (folder === undefined) {
			return [];
		}

		const runs = interpreter && /^(?:python|pypy)(3\.\d+)t?$/.exec(nameOf(interpreter))?.[1];
		const says = /^(3\.\d+)/.exec(settings.get('version') ?? settings.get('version_info') ?? '')?.[1];
		const isMet = (minor: string | undefined) =>
			!minor || folders.some(name => name === minor || name === `${minor}t` || name === '3');
		return [
			...(isMet(runs)
				? []
				: [
						findingOf(kinds.version, {
							path: below(root, 'bin/python'),
							message: `leads to ${interpreter}, and the packages lie in lib/python${folder}`,
						}),
					]),
			...(isMet(says)
				? []
				: [this.#finding(kinds.version, `says ${says}, and the packages lie in lib/python${folder}`)]),
		];
	}

	#home(): Finding[] {
		const {settings, interpreter, root, bundled} = this.#venv;
		const home = settings.get('home');
		if (home === undefined || home === '') {
			const isCopy = bundled && interpreter !== undefined && parentOf(interpreter) === below(root, 'bin');
			return isCopy && !isOwnHome(this.#venv)
				? [this.#finding(kinds.homeMissing, `names no home, and ${interpreter} is a copy`)]
				: [];
		}

		if (saidLayout(this.#subject, this.#survey).relocatable) {
			return [this.#finding(kinds.homeFixed, `says home = ${home}`)];
		}

		if (!home.startsWith('/')) {
			return [this.#finding(kinds.homeRelative, `says home = ${home}`)];
		}

		return this.#isHome(home) ? [] : [this.#finding(kinds.homeWrong, `says home = ${home}${this.#whereItIs()}`)];
	}

	/** Whether the interpreter is there, by any of its names. */
	#isHome(home: string): boolean {
		const {interpreter, root, bundled} = this.#venv;
		const folder = home.replace(/\/+$/, '') as InstallPath;
		if (interpreter === undefined) {
			return interpreterFolder.test(folder) || this.#places.at(folder) !== undefined;
		}

		// A copied python has its home where it was copied from: outside, and nothing here tells more.
		const isCopy = bundled && parentOf(interpreter) === below(root, 'bin') && !isOwnHome(this.#venv);
		const links = ['bin/python', 'bin/python3'].flatMap(name => [...this.#targets(below(root, name))]);
		return isCopy
			? interpreterFolder.test(folder) || this.#places.at(folder) !== undefined
			: [interpreter, ...links].some(path => this.#places.follow(parentOf(path)) === this.#places.follow(folder));
	}

	/** Where each link on the way to the interpreter points. */
	*#targets(path: InstallPath): Generator<InstallPath> {
		let here = this.#places.at(path);
		for (let hops = 0; here?.kind === 'link' && hops < 40; hops++) {
			const next = linkDestination(here.path, here.target);
			yield next;
			here = this.#places.at(next);
		}
	}

	#whereItIs(): string {
		const {interpreter} = this.#venv;
		return interpreter === undefined ? '' : `, and the interpreter is ${interpreter}`;
	}

	/** `command` holds a whole command line; every other key of a creator a path. */
	#foreign(): Finding[] {
		const keys = ['command', 'executable', 'base-prefix', 'base-exec-prefix', 'base-executable'];
		return keys.flatMap(key => {
			const value = this.#venv.settings.get(key) ?? '';
			const paths = key === 'command' ? value.split(/[\s'"=]+/) : [value];
			const foreign = paths.find(path => path.startsWith('/') && !this.#isKnown(path));
			return foreign === undefined ? [] : [this.#finding(kinds.foreign, `says ${key} = ${value}`)];
		});
	}

	#isKnown(path: string): boolean {
		const {root, interpreter} = this.#venv;
		const target = this.#survey.manifest?.python.path ?? interpreter;
		const places = [root, this.#subject.pkg.prefix, ...(target ? [target, parentOf(parentOf(target))] : [])];
		return /^(?:\/usr)?$|^(?:\/usr)?\/bin\//.test(path) || places.some(place => place !== '/' && isWithin(path, place));
	}

	#system(): Finding[] {
		// site.py takes `true` for granted where the key is missing.
		const value = this.#venv.settings.get('include-system-site-packages');
		const isOn = value === undefined || value.toLowerCase() === 'true';
		return isOn
			? [
					this.#finding(
						kinds.system,
						value === undefined ? 'does not say include-system-site-packages' : `says ${value}`,
					),
				]
			: [];
	}

	#finding(kind: FindingKind, message: string): Finding {
		return findingOf(kind, {path: this.#config, message});
	}
}
