/**
 * Imports each module in a process of its own, so that one that crashes, hangs or exits says nothing of the others: a
 * line of JSON for each. The processes fork from one that has imported nothing, which costs a hundredth of a new start.
 * Its argument is JSON: `modules`, `seconds` for each, `jobs` at a time, and the `roots` that files may be loaded from.
 */
export const importProbe: string = `
import importlib, json, os, select, signal, sys, time, traceback
asked = json.loads(sys.argv[1])
roots = tuple(asked['roots'])
answers = os.dup(1)
def foreign(path):
    return not any(path == root or path.startswith(root + '/') for root in roots)
def mapped():
    with open('/proc/self/maps', errors='surrogateescape') as maps:
        lines = [line.rstrip('\\n').split(None, 5) for line in maps]
    return {line[5] for line in lines if len(line) == 6 and line[5].startswith('/') and '.so' in line[5]}
def attempt(name):
    try:
        importlib.import_module(name)
        answer = {'ok': True}
    except BaseException as error:
        last = traceback.format_exception(type(error), error, error.__traceback__)
        answer = {'ok': False, 'error': '%s: %s' % (type(error).__name__, error), 'trace': ''.join(last)[-3000:]}
    files = {module.__file__ for module in list(sys.modules.values()) if isinstance(getattr(module, '__file__', None), str)}
    answer['files'] = sorted(path for path in files if path.startswith('/') and foreign(path))[:50]
    answer['libraries'] = sorted(path for path in mapped() if foreign(path))[:50]
    return answer
def start(name):
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        data = json.dumps(attempt(name)).encode()
        while data:
            data = data[os.write(send, data):]
        os._exit(0)
    os.close(send)
    return {'name': name, 'child': child, 'pipe': receive, 'data': b'', 'end': time.monotonic() + asked['seconds']}
def finish(run, late=False):
    # The group, because what an import started holds the pipe open.
    try:
        os.killpg(run['child'], signal.SIGKILL)
    except OSError:
        pass
    status = os.waitpid(run['child'], 0)[1]
    os.close(run['pipe'])
    try:
        answer = json.loads(run['data'].decode())
    except ValueError:
        how = 'the import did not end' if late else 'the process ended with status %d, signal %d' % (status >> 8, status & 127)
        answer = {'ok': False, 'error': how, 'trace': how, 'files': [], 'libraries': []}
    answer['module'] = run['name']
    os.write(answers, json.dumps(answer).encode() + b'\\n')
def complete(data):
    try:
        json.loads(data.decode())
        return True
    except ValueError:
        return False
waiting, running = asked['modules'][::-1], {}
while waiting or running:
    while waiting and len(running) < asked['jobs']:
        run = start(waiting.pop())
        running[run['pipe']] = run
    for pipe in select.select(list(running), [], [], 0.5)[0]:
        part = os.read(pipe, 65536)
        running[pipe]['data'] += part
        if not part or complete(running[pipe]['data']):
            finish(running.pop(pipe))
    for pipe, run in list(running.items()):
        if time.monotonic() > run['end']:
            finish(running.pop(pipe), late=True)
`;

export interface ImportAnswer {
	readonly module: string;
	readonly ok: boolean;
	/** The exception: its type and its text. */
	readonly error?: string;
	/** The end of the traceback. */
	readonly trace?: string;
	/** Modules and shared libraries that it loaded from elsewhere. */
	readonly files: readonly string[];
	readonly libraries: readonly string[];
}

/** Reads the answers; a line that is none is left out. */
export function answersOf(stdout: string): readonly ImportAnswer[] {
	return stdout.split('\n').flatMap(line => {
		try {
			const answer: unknown = JSON.parse(line);
			return typeof answer === 'object' && answer !== null && 'module' in answer ? [answer as ImportAnswer] : [];
		} catch {
			return [];
		}
	});
}
