import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {scanTree} from '../host/scan.ts';
import {HostError} from '../model/errors.ts';
import {type Listener, timed} from '../model/events.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Plan} from '../model/plan.ts';
import type {Staged, Wheelhouse} from '../model/staged.ts';
import {type BundleOptions, bundled} from './bundle/bundle.ts';
import {compileTree} from './compile.ts';
import {runHooks} from './hooks.ts';
import {installWheels} from './install.ts';
import type {Installer} from './installers/installer.ts';
import type {Environment} from './interpreters/probe.ts';
import {downloadedFiles} from './members.ts';
import {movesOf} from './moves.ts';
import {stripTree} from './strip.ts';
import {untouched} from './untouched.ts';
import {layOutVenv} from './venv.ts';

export interface StageOptions {
	/** Plays the target's `/`; the venv comes to lie at `<stage><prefix>`. Nothing of it exists there yet. */
	readonly stage: HostPath;
	/** A private folder for everything else, on the same file system: installers make hard links out of it. */
	readonly work: HostPath;
	readonly installer: Installer;
	readonly correct?: BundleOptions['correct'];
	readonly listener: Listener;
	readonly environment: Environment;
}

/**
 * Makes the venv of a plan in the stage and looks at it: laid out, wheels installed, hooks run, bytecode compiled for
 * the place where it is going to lie. The interpreter links, scripts and pyvenv.cfg still name this machine: `moves`
 * says what is to be rewritten.
 * Throws what its steps throw (docs of each), and a HostError (STAGE_UNWRITABLE) where the disk is full or refuses.
 */
export async function stageVenv(plan: Plan, wheelhouse: Wheelhouse, options: StageOptions): Promise<Staged> {
	try {
		return await makeVenv(plan, wheelhouse, options);
	} catch (error) {
		throw isDiskError(error) ? unwritable(options.stage, error) : error;
	}
}

async function makeVenv(plan: Plan, wheelhouse: Wheelhouse, options: StageOptions): Promise<Staged> {
	const {prefix, epoch} = plan;
	const {python, layout, hooks, targetVersion} = plan.input;
	const {stage, installer, listener, environment} = options;
	const venv = {...layOutVenv({root: stage, prefix, python, layout}), minor: python.minor};
	await timed(listener, 'install', `${wheelhouse.wheels.length} distributions, with ${installer.name}`, async () =>
		installWheels(installer, wheelhouse, venv, {
			work: folder(options, 'install'),
			targetVersion,
			listener,
			environment,
		}),
	);
	const installed = Date.now();
	if (hooks.length > 0) {
		const work = folder(options, 'hooks');
		await timed(listener, 'hooks', `${hooks.length} commands`, async () =>
			runHooks({hooks, venv, work, epoch, listener, environment}),
		);
	}

	const downloaded = downloadedFiles(wheelhouse, venv);
	if (plan.input.strip) {
		const work = folder(options, 'strip');
		await stripTree({root: stage, from: prefix, downloaded, python: python.builder, work, listener, environment});
	}

	await timed(listener, 'compile', 'bytecode for the prefix', async () => {
		const from = venv.sitePackages;
		const {skipped} = await compileTree({
			root: stage,
			from,
			python,
			work: folder(options, 'compile'),
			listener,
			environment,
		});
		if (skipped.length > 0) {
			listener({kind: 'note', message: `${skipped.length} .py files do not compile, and come without bytecode`});
		}
	});
	const tree = await timed(listener, 'scan', 'the staged venv', async () => scanTree({root: stage, from: prefix}));
	const staged = {
		tree,
		prefix,
		moves: movesOf({stage, buildRoots: wheelhouse.buildRoots, python}),
		python,
		layout,
		distributions: wheelhouse.wheels.map(wheel => wheel.distribution),
		downloaded: untouched(downloaded, tree, {prefix, installed}),
		carried: new Map(),
	};
	return bundled(staged, {...options, strip: plan.input.strip});
}

function folder(options: StageOptions, name: string): HostPath {
	const path = hostPath(join(options.work, name));
	mkdirSync(path, {recursive: true});
	return path;
}

function isDiskError(error: unknown): boolean {
	const codes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EMFILE'];
	return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function unwritable(stage: HostPath, cause: unknown): HostError {
	const reason = cause instanceof Error ? cause.message : String(cause);
	return new HostError(`the venv cannot be staged in ${stage}: ${reason}`, {
		code: 'STAGE_UNWRITABLE',
		hint: 'point TMPDIR at a folder with room for the unpacked application',
		cause,
	});
}
