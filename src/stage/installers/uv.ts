import {run} from '../../host/run.ts';
import type {HostPath} from '../../model/paths.ts';
import {environmentIn, gather} from './house.ts';
import type {Installer} from './installer.ts';

/**
 * Installs with the uv at `program`. Its cache is a private one, so that the files of the venv are hard links to
 * nothing that anybody else may change, and no wheel that was built elsewhere comes in.
 */
export function uvInstaller(program: HostPath): Installer {
	return {
		name: 'uv',
		async install(request) {
			const house = gather(request.wheels, request.work);
			const args = [
				...['pip', 'install', '--python', request.venvPython, '--no-deps', '--no-index', '--offline'],
				...['--find-links', house.folder, '--requirements', house.requirements, '--no-build'],
				...['--no-config', '--cache-dir', house.cache, '--link-mode', 'hardlink', '--no-progress', '--color', 'never'],
				...(request.targetVersion === '' ? [] : ['--python-version', request.targetVersion]),
			];
			await run(program, args, {
				cwd: request.work,
				env: environmentIn(house, request.environment),
				listener: request.listener,
				tool: 'uv',
				code: 'INSTALL_FAILED',
				doing: 'installing the wheels into the staged venv',
				hint: 'read what uv says above; with --keep-stage the folder stays for you to look at',
			});
		},
	};
}
