import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {uvOfTests} from '../helpers/uv.ts';
import {ownPython} from '../helpers/venv.ts';

/**
 * The folder with the programs of other packagers, as PyPI has them, in a venv that goes away with the process; undefined
 * without a network.
 */
export async function peerTools(...requirements: string[]): Promise<string | undefined> {
	const uv = await uvOfTests();
	if (uv === undefined || ownPython === undefined) {
		return undefined;
	}

	const folder = mkdtempSync(join(tmpdir(), 'venvpack-peers-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	const run = (...args: string[]) => execFileSync(uv, args, {stdio: 'ignore', timeout: 60_000});
	try {
		run('venv', '-q', '--python', ownPython.path, folder);
		run('pip', 'install', '-q', '--python', join(folder, 'bin/python'), ...requirements);
	} catch {
		return undefined;
	}

	const bin = join(folder, 'bin');
	return existsSync(bin) ? bin : undefined;
}
