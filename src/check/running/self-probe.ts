/**
 * What an interpreter that came along, or one that may move, is asked besides: whether every module of its own can be
 * imported, what it tells those who build with it, and whether the processes that it starts are of the same environment.
 * One line of JSON. Its argument is a folder that it may write to. Runs on every Python since 3.6.
 */
export const selfProbe: string = `
import json, os, subprocess, sys, sysconfig
failed = {}
folder = os.path.join(os.path.dirname(os.__file__), 'lib-dynload')
names = sorted(name.split('.')[0] for name in (os.listdir(folder) if os.path.isdir(folder) else []) if name.endswith('.so'))
for name in names:
    if 'test' in name or name.startswith('xx'):
        continue
    try:
        __import__(name)
    except BaseException as error:
        failed[name] = '%s: %s' % (type(error).__name__, error)
def mapped():
    with open('/proc/self/maps', errors='surrogateescape') as maps:
        lines = [line.rstrip('\\n').split(None, 5) for line in maps]
    return sorted({line[5] for line in lines if len(line) == 6 and line[5].startswith('/')})
values = {}
def told():
    for name, value in sysconfig.get_config_vars().items():
        yield name, value
    for scheme in ('posix_prefix', 'venv'):
        if scheme in sysconfig.get_scheme_names():
            for name, value in sysconfig.get_paths(scheme).items():
                yield scheme + ' ' + name, value
    yield 'Makefile', sysconfig.get_makefile_filename()
    yield 'pyconfig.h', sysconfig.get_config_h_filename()
try:
    values = {name: value for name, value in told() if isinstance(value, str) and '/' in value}
except Exception as error:
    failed['sysconfig'] = '%s: %s' % (type(error).__name__, error)
show = 'import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, sys.version]), flush=True)'
module = os.path.join(sys.argv[1], 'shown.py')
with open(module, 'w') as file:
    file.write(show)
spawn = ('import multiprocessing, sys\\n'
         'if __name__ == "__main__":\\n'
         '    context = multiprocessing.get_context(sys.argv[1])\\n'
         '    process = context.Process(target=exec, args=(sys.argv[2],))\\n'
         '    process.start(); process.join(); sys.exit(process.exitcode)\\n')
main = os.path.join(sys.argv[1], 'started.py')
with open(main, 'w') as file:
    file.write(spawn)
ways = {
    'sys.executable': [sys.executable, '-c', show],
    'python -m': [sys.executable, '-m', 'shown'],
    'bin/python3': [os.path.join(sys.prefix, 'bin', 'python3'), '-c', show],
    'bin/python': ['python', '-c', show],
}
for method in ('fork', 'spawn', 'forkserver'):
    ways['multiprocessing ' + method] = [sys.executable, main, method, show]
own = json.loads(json.dumps([sys.prefix, sys.base_prefix, sys.version]))
children = {}
path = os.path.join(sys.prefix, 'bin') + os.pathsep + os.environ.get('PATH', '')
for way, command in ways.items():
    try:
        child = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               cwd=sys.argv[1], env=dict(os.environ, PATH=path), timeout=100)
        said = json.loads(child.stdout.decode().strip().split('\\n')[-1]) if child.returncode == 0 else None
        if said is None:
            children[way] = 'exit code %d: %s' % (child.returncode, child.stderr.decode(errors='replace').strip()[-1000:])
        elif said != own:
            children[way] = 'sys.prefix is %s, sys.base_prefix %s' % (said[0], said[1])
    except Exception as error:
        children[way] = '%s: %s' % (type(error).__name__, error)
print(json.dumps({'failed': failed, 'mapped': mapped(), 'values': values, 'children': children}))
`;

/** Its answer, as parsed. */
export interface SelfFacts {
	/** Modules of its own that cannot be imported, with the exception. */
	readonly failed: Readonly<Record<string, string>>;
	/** Files that the process has mapped, all of those modules loaded. */
	readonly mapped: readonly string[];
	/** Variables and paths of sysconfig that hold a slash. */
	readonly values: Readonly<Record<string, string>>;
	/** Ways to start a process that led to another environment, or to none: what it said. */
	readonly children: Readonly<Record<string, string>>;
}

/** Reads the answer, its last line. Undefined where there is none. */
export function selfFactsOf(stdout: string): SelfFacts | undefined {
	try {
		const facts: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
		return typeof facts === 'object' && facts !== null && 'children' in facts ? (facts as SelfFacts) : undefined;
	} catch {
		return undefined;
	}
}
