import {existsSync, readFileSync, statSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {decodePyvenvCfg} from '../../codecs/pyvenv-cfg.ts';
import {run} from '../../host/run.ts';
import {HostError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';

/** The environment of this process or of a child. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an interpreter of this machine says of itself. */
export interface Interpreter {
	/** The program itself: links followed, no shim, not that of a venv. */
	readonly executable: HostPath;
	/** sys.base_prefix. */
	readonly prefix: HostPath;
	/** Such as `cpython`. */
	readonly implementation: string;
	/** Such as `3.11.7` or `3.14.0rc1`. */
	readonly version: string;
	/** Such as `3.11`. */
	readonly minor: string;
	/** As sysconfig.get_platform() says, such as `linux-x86_64`. */
	readonly platform: string;
	/** Such as `cpython-311-x86_64-linux-gnu`; empty where the build has none. */
	readonly soabi: string;
	/** Such as `x86_64-linux-gnu`; empty where the build has none. */
	readonly multiarch: string;
	/** The tag of its bytecode files, such as `cpython-311`. */
	readonly cacheTag: string;
	/** Without a global interpreter lock: another ABI, and folders of other names. */
	readonly freeThreaded: boolean;
}

/**
 * The shell's shims and the links of a venv lie about where the interpreter is; the process itself does not.
 * Runs on any Python from 2.7 on, so that an old one can be named in an error.
 */
const question = `
import sys, os, json, sysconfig
def var(name):
    return sysconfig.get_config_var(name)
v = sys.version_info
level = {'alpha': 'a', 'beta': 'b', 'candidate': 'rc', 'final': ''}[v[3]]
implementation = getattr(sys, 'implementation', None)
sys.stdout.write(json.dumps({
    'executable': os.path.realpath(sys.executable),
    'prefix': getattr(sys, 'base_prefix', sys.prefix),
    'implementation': implementation.name if implementation else 'cpython',
    'version': '%d.%d.%d' % v[:3] + (level + str(v[4]) if level else ''),
    'minor': '%d.%d' % v[:2],
    'platform': sysconfig.get_platform(),
    'soabi': var('SOABI') or '',
    'multiarch': getattr(implementation, '_multiarch', '') or '',
    'cacheTag': getattr(implementation, 'cache_tag', '') or '',
    'freeThreaded': bool(var('Py_GIL_DISABLED')),
}))
`;

/**
 * Asks the interpreter at `program` what it is. That of a venv answers for the interpreter that the venv was made
 * from. Returns undefined where nothing that can be started lies there, or where it is no Python.
 */
export async function probe(program: HostPath, environment: Environment): Promise<Interpreter | undefined> {
	const answer = await ask(program, environment);
	const home = answer && homeOf(answer.executable);
	return home === undefined ? answer : ask(hostPath(join(home, `python${answer?.minor}`)), environment);
}

async function ask(program: HostPath, environment: Environment): Promise<Interpreter | undefined> {
	if (!existsSync(program)) {
		return undefined;
	}

	try {
		const {stdout} = await run(program, ['-I', '-S', '-c', question], {env: environment});
		return JSON.parse(stdout) as Interpreter;
	} catch {
		return undefined;
	}
}

/**
 * What a program says as it fails to run one line of Python, its last line; undefined where there is no such program, or where
 * it does not fail: then it is no Python.
 */
export async function whyBroken(program: HostPath, environment: Environment): Promise<string | undefined> {
	if (!isPythonName(program) || !existsSync(program) || statSync(program).isDirectory()) {
		return undefined;
	}

	try {
		await run(program, ['-I', '-S', '-c', 'import sys, os, json, sysconfig'], {env: environment});
		return undefined;
	} catch (error) {
		if (error instanceof HostError && error.code === 'TOOL_MISSING') {
			return undefined;
		}

		const output = error instanceof HostError ? (error.output ?? '') : '';
		const said = output.trim().split('\n').at(-1) ?? '';
		return said === '' ? (error instanceof Error ? error.message : String(error)) : said;
	}
}

/** Any other program has no reason to understand the question. */
function isPythonName(program: HostPath): boolean {
	return /^(?:python|pypy)/.test(basename(program));
}

/** The `home` of the venv whose own copy `executable` is, as `python -m venv --copies` makes it. */
function homeOf(executable: HostPath): string | undefined {
	const cfg = join(dirname(dirname(executable)), 'pyvenv.cfg');
	return existsSync(cfg) ? decodePyvenvCfg(readFileSync(cfg, 'utf8')).get('home') : undefined;
}
