import {mkdirSync, rmSync} from 'node:fs';
import {saidLayout} from '../../check/layout.ts';
import {installFailed, leftovers, verifyFailed} from '../../check/running/kinds.ts';
import type {Ended} from '../../host/confined.ts';
import {extractTree} from '../../host/extract.ts';
import type {Mount} from '../../host/mounts.ts';
import {OverlaidRoot} from '../../host/overlay.ts';
import {openSandbox, type Sandbox} from '../../host/sandbox.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {type HostPath, hostPath, type InstallPath, isWithin, nameOf} from '../../model/paths.ts';
import type {SurveyedVenv} from '../../model/survey.ts';
import type {Context} from '../context.ts';
import type {StageOutcome, VerifiedSubject} from '../verify-stage.ts';
import {placeOf} from './base.ts';
import {commandsOf} from './commands.ts';
import {controlRoot, controlVenv} from './control.ts';
import {howItEnded} from './ending.ts';
import {type Base, type Ground, jobsHere, usualSeconds} from './ground.ts';
import {installed, type PackageManager, packageManagerOf} from './package-manager.ts';
import {runPrograms} from './programs.ts';
import {noPromises} from './promises.ts';
import {unproven} from './unproven.ts';

/** What a visit takes place with. */
export interface Visited {
	readonly folder: HostPath;
	readonly lower: HostPath;
	readonly venv: SurveyedVenv;
	readonly base: Base;
	readonly context: Context;
}

/** One artifact's stay in one root. */
export class Visit {
	readonly #subject: VerifiedSubject;
	readonly #visited: Visited;
	readonly #root: OverlaidRoot;
	readonly #findings: Finding[] = [];

	constructor(subject: VerifiedSubject, visited: Visited) {
		this.#subject = subject;
		this.#visited = visited;
		this.#root = new OverlaidRoot(visited.lower, visited.folder);
	}

	async outcome(): Promise<StageOutcome> {
		const {folder, venv, base} = this.#visited;
		const unpacked = await this.#unpacked();
		const mounts = [...(unpacked ? [unpacked] : []), controlVenv(folder, venv, base)];
		const sandbox = await openSandbox(this.#root.view(mounts), {folder, tried: ['root']});
		if (!('run' in sandbox)) {
			const why = `this machine allows no overlay (${sandbox.map(refusal => refusal.why).join('; ')})`;
			return this.#unproven(`${why}: point TMPDIR at a plain disk, and run venvpack where mounting is allowed`);
		}

		return this.#stay(sandbox, unpacked);
	}

	/** A format without a package manager is unpacked, and lies at its prefix. */
	async #unpacked(): Promise<Mount | undefined> {
		const {artifact} = this.#subject;
		const {tree, epoch} = artifact.pkg;
		if (artifact.format === 'deb' || artifact.format === 'rpm') {
			return undefined;
		}

		const into = hostPath(`${this.#visited.folder}/unpacked`);
		mkdirSync(into);
		await extractTree(tree, {into, epoch});
		return {kind: 'place', source: hostPath(`${into}${this.#place()}`), target: this.#place(), writable: true};
	}

	#place(): InstallPath {
		return placeOf(this.#subject.artifact, this.#visited.venv);
	}

	async #stay(sandbox: Sandbox, unpacked: Mount | undefined): Promise<StageOutcome> {
		const {artifact} = this.#subject;
		const {listener} = this.#visited.context;
		const manager = packageManagerOf({sandbox, root: this.#root, artifact, listener});
		if (manager && 'missing' in manager) {
			return this.#unproven(manager.missing);
		}

		const lacking = manager?.resolves ? undefined : await this.#interpreter(sandbox);
		if (lacking !== undefined) {
			return this.#unproven(lacking);
		}

		const install = await manager?.install();
		if (install && install.code !== 0) {
			return {findings: [this.#failed(installFailed, install)], unproven: []};
		}

		const source = unpacked && 'source' in unpacked ? unpacked.source : this.#root.find(this.#place());
		if (source === undefined) {
			const message = 'nothing lies there after it was installed';
			return {findings: [findingOf(installFailed, {path: this.#place(), message})], unproven: []};
		}

		await this.#run(sandbox, source);
		if (manager) {
			await this.#leave(manager);
		}

		return {findings: this.#findings, unproven: []};
	}

	/** What no package manager installs with its dependencies gets what it would find on its own distribution. */
	async #interpreter(sandbox: Sandbox): Promise<string | undefined> {
		const {base} = this.#visited;
		if (base.isBundled || this.#root.find(base.path)) {
			return undefined;
		}

		const name = nameOf(base.path);
		const ended = this.#root.find('/usr/bin/apt-get') ? await installed(sandbox, name) : undefined;
		return this.#root.find(base.path)
			? undefined
			: `the root has no ${base.path}${ended ? `, and no package ${name} to install (${howItEnded(ended)})` : ''}`;
	}

	async #run(sandbox: Sandbox, folder: HostPath): Promise<void> {
		const {artifact, survey, request} = this.#subject;
		const {venv, base, context} = this.#visited;
		const ground: Ground = {
			...{sandbox, survey, venv, base, layout: saidLayout(artifact, survey), control: controlRoot},
			...{seconds: request.seconds ?? usualSeconds, jobs: jobsHere(), promises: noPromises},
		};
		const files = {folder, root: this.#place()};
		const commands = commandsOf(request.commands ?? []);
		const {findings} = await runPrograms(ground, {commands, files, listener: context.listener});
		this.#findings.push(...findings);
	}

	/** What the programs themselves added is told already, and is not the package's to remove. */
	async #leave(manager: PackageManager): Promise<void> {
		const verified = await manager.verify();
		if (verified.code !== 0 || verified.tail !== '') {
			this.#findings.push(this.#failed(verifyFailed, verified));
		}

		for (const {code, message, path} of this.#findings) {
			const file = code === 'RUN_WROTE_INTO_TREE' && message.includes('made') ? this.#root.find(path) : undefined;
			if (file?.startsWith(this.#root.overlay.upper)) {
				rmSync(file, {recursive: true, force: true});
			}
		}

		const removed = await manager.remove();
		if (removed.code !== 0) {
			this.#findings.push(this.#failed(leftovers, removed));
			return;
		}

		const prefix = this.#place();
		for (const {kind, path} of this.#subject.artifact.pkg.tree.entries) {
			const isOurs = kind !== 'directory' || isWithin(path, prefix);
			if (isOurs && !this.#root.isOriginal(path) && this.#root.find(path)) {
				const message = `${kind === 'directory' ? 'the folder' : 'it'} is still there after the package was removed`;
				this.#findings.push(findingOf(leftovers, {path, message}));
			}
		}
	}

	#unproven(why: string): StageOutcome {
		return unproven(why, {part: 'rootfs', request: this.#subject.request});
	}

	#failed(kind: typeof installFailed, ended: Ended): Finding {
		return findingOf(kind, {path: this.#subject.artifact.pkg.prefix, message: howItEnded(ended)});
	}
}
