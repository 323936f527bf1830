import {run} from '../../host/run.ts';
import {HostError} from '../../model/errors.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';
import {environmentIn, gather} from './house.ts';
import type {Installer} from './installer.ts';

/** The first that can install into a venv without a pip of its own: `--python`. */
const oldest = [22, 3] as const;

/** Installs with the pip of the interpreter at `python`, which need not be in the venv. */
export function pipInstaller(python: HostPath): Installer {
	return {
		name: 'pip',
		async install(request) {
			await refuseOld(python, request.environment);
			const house = gather(request.wheels, request.work);
			const args = [
				...['-m', 'pip', '--python', request.venvPython, 'install', '--no-deps', '--no-index', '--no-compile'],
				...['--find-links', house.folder, '--requirement', house.requirements, '--only-binary', ':all:'],
				...['--no-cache-dir', '--disable-pip-version-check', '--no-warn-script-location', '--no-input'],
				...['--ignore-requires-python', '--root-user-action', 'ignore', '--progress-bar', 'off', '--no-color'],
			];
			await run(python, args, {
				cwd: request.work,
				env: {...environmentIn(house, request.environment), PIP_CONFIG_FILE: '/dev/null'},
				listener: request.listener,
				tool: 'pip',
				code: 'INSTALL_FAILED',
				doing: 'installing the wheels into the staged venv',
				hint: 'read what pip says above; with --keep-stage the folder stays for you to look at',
			});
		},
	};
}

async function refuseOld(python: HostPath, environment: Environment): Promise<void> {
	const version = await pipVersion(python, environment);
	const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
	if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
		throw new HostError(
			`${python} has ${version ? `pip ${version}` : 'no pip'}, and pip ${oldest.join('.')} is needed`,
			{
				code: 'INSTALLER_MISSING',
				hint: 'install uv, or a newer pip for this interpreter',
			},
		);
	}
}

/** The version of the pip of an interpreter; undefined where it has none. */
export async function pipVersion(python: HostPath, environment: Environment): Promise<string | undefined> {
	try {
		const {stdout} = await run(python, ['-m', 'pip', '--version'], {env: environment});
		return /^pip (\S+)/.exec(stdout)?.[1];
	} catch {
		return undefined;
	}
}
