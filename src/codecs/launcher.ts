import {findsItself} from './self-location.ts';

/** A program of sh that lies as `bin/python` in a tree that may be moved, and starts the interpreter. */
export interface Launcher {
	/** Such as `3.11`: `python3.11` beside it is started. */
	readonly minor: string;
	/** Whether it looks for one on the machine where that beside it cannot be executed. */
	readonly searches: boolean;
}

/** What the launcher ends with where no interpreter fits: that of a shell for a program that it does not find. */
const noInterpreter = 127;

/**
 * Where an interpreter is looked for, after the folders of PATH: those of the administrator. Homes are left out, since root
 * would run what another user put there.
 */
const searchedFolders = ['/usr/local/bin', '/usr/bin', '/opt/*/bin'];

/**
 * Whether an interpreter fits, asked of itself: CPython of the minor, and one that finds its own library and this tree
 * when it is called by the launcher's name. It prints its real path, then becomes that trial.
 */
const trial = (minor: string) => `import os, sys
sys.implementation.name == "cpython" and sys.version_info[:2] == (${minor.replace('.', ', ')}) or sys.exit(1)
real, name = os.path.realpath(sys.executable), sys.argv[1]
print(real, flush=True)
check = "import os, sys; sys.exit([sys.prefix, os.__file__] != sys.argv[1:])"
os.execv(real, [name, "-Ic", check, os.path.dirname(os.path.dirname(name)), os.__file__])`;

/** CPython takes its place from the name that it is called by, which sh cannot choose: so it calls itself again. */
const again = 'import os, sys; os.execv(sys.argv[1], sys.argv[2:])';

/**
 * The search: each folder's `python3.X` is tried, the first that fits is started. The name that it gets is the launcher's, so
 * `sys.executable` leads back into the tree, and so do its children.
 */
const search = (
	minor: string,
) => `# The link beside this file leads nowhere here: another interpreter of the same minor will do.
_d=$(CDPATH= cd -P -- "$_d/." && pwd -P) || exit ${noInterpreter}
_seen="
  $_d/python${minor}"
_try() {
  case $1 in /*) ;; *) return 1 ;; esac
  case $_seen in *" $1/python${minor}"*) return 1 ;; esac
  _seen="$_seen
  $1/python${minor}"
  [ -f "$1/python${minor}" ] && [ -x "$1/python${minor}" ] || return 1
  _c=$("$1/python${minor}" -ISc '${trial(minor)}' "$_d/python" 2>/dev/null </dev/null) || return 1
}
_search() {
  _ifs=$IFS
  IFS=:
  set -f
  for _f in \${PATH-}; do _try "$_f" && return 0; done
  set +f
  IFS=$_ifs
  for _f in ${searchedFolders.join(' ')}; do _try "$_f" && return 0; done
  return 1
}
if _search; then
  exec "$_c" -ISc '${again}' "$_c" "$_d/python" "$@"
fi
printf '%s\\n' "$0: no CPython ${minor} was found that fits. Looked for:$_seen
Install one, or let the first of them be a link to yours." >&2
exit ${noInterpreter}
`;

/** The text of a launcher. */
export function encodeLauncher({minor, searches}: Launcher): string {
	const start = `exec "$_d/python${minor}" "$@"\n`;
	const beside = searches ? `[ -x "$_d/python${minor}" ] && ${start}` : start;
	return `#!/bin/sh\n${findsItself}${beside}${searches ? search(minor) : ''}`;
}

/**
 * What lies in `bin` and starts the program of its name in `libexec`, which has CPython as a library. Where the tree lies below
 * a name that is not ASCII, PYTHONHOME says so in bytes: names in wide characters, as Py_SetProgramName takes them, come
 * from mbstowcs(3), which fails before a program has set a locale. Elsewhere the environment stays as it is, since children
 * of the program inherit it.
 */
export const embedderStarter: string = `#!/bin/sh
${findsItself}_d=$(CDPATH= cd -P -- "$_d/.." && pwd -P) || exit ${noInterpreter}
case $_d in *[!\\ -~]*) PYTHONHOME=$_d; export PYTHONHOME ;; esac
exec "$_d/libexec/\${_p##*/}" "$@"
`;

/** What `encodeLauncher` made; undefined for anything else. */
export function decodeLauncher(text: string): Launcher | undefined {
	const minor = /exec "\$_d\/python(3\.\d+)" "\$@"\n/.exec(text)?.[1] ?? '';
	return [true, false]
		.map((searches): Launcher => ({minor, searches}))
		.find(launcher => minor !== '' && encodeLauncher(launcher) === text);
}
