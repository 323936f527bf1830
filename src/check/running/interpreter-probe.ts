/**
 * What the installed interpreter is asked to tell of itself: one line of JSON. It imports what has shared objects of its
 * own first, for their libraries to be mapped. Runs on every Python since 3.6.
 */
export const interpreterProbe: string = `
import json, os, sys, sysconfig
failed = {}
for name in ('encodings.idna', 'ssl', 'sqlite3', 'ctypes', 'multiprocessing'):
    try:
        __import__(name)
    except Exception as error:
        failed[name] = '%s: %s' % (type(error).__name__, error)
def mapped():
    with open('/proc/self/maps', errors='surrogateescape') as maps:
        lines = [line.rstrip('\\n').split(None, 5) for line in maps]
    return sorted({line[5] for line in lines if len(line) == 6 and line[5].startswith('/')})
def path_files():
    for folder in sys.path:
        try:
            names = sorted(name for name in os.listdir(folder) if name.endswith('.pth'))
        except OSError:
            continue
        for name in names:
            with open(os.path.join(folder, name), encoding='utf-8', errors='replace') as lines:
                for line in lines:
                    line = line.rstrip()
                    if line.startswith('/'):
                        yield [os.path.join(folder, name), line]
print(json.dumps({
    'prefix': sys.prefix, 'basePrefix': sys.base_prefix, 'program': os.path.realpath(sys.executable), 'version': '%d.%d' % sys.version_info[:2], 'path': sys.path,
    'paths': sysconfig.get_paths(), 'failed': failed, 'mapped': mapped(), 'pathFiles': list(path_files()),
    'files': sorted({module.__file__ for module in list(sys.modules.values()) if isinstance(getattr(module, '__file__', None), str)}),
}))
`;

/** Its answer, as parsed; see InterpreterFacts. */
export interface InterpreterFacts {
	readonly prefix: string;
	readonly basePrefix: string;
	/** The program itself, links followed: the declared interpreter may be a link of the distribution. */
	readonly program: string;
	/** Such as `3.11`. */
	readonly version: string;
	/** sys.path. */
	readonly path: readonly string[];
	/** sysconfig's places. */
	readonly paths: Readonly<Record<string, string>>;
	/** Modules of the standard library that cannot be imported, with the exception. */
	readonly failed: Readonly<Record<string, string>>;
	/** Files that the process has mapped: the interpreter and its shared libraries. */
	readonly mapped: readonly string[];
	/** `__file__` of every loaded module. */
	readonly files: readonly string[];
	/** Absolute lines of .pth files: the file, and the line. */
	readonly pathFiles: ReadonlyArray<readonly [file: string, line: string]>;
}

/** Reads the answer: the last line, because sitecustomize may have printed before it. Undefined where there is none. */
export function factsOf(stdout: string): InterpreterFacts | undefined {
	try {
		const facts: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
		return typeof facts === 'object' && facts !== null && 'prefix' in facts ? (facts as InterpreterFacts) : undefined;
	} catch {
		return undefined;
	}
}
