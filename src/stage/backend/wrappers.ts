import {accessSync, constants, mkdirSync, readdirSync, statSync, writeFileSync} from 'node:fs';
import {basename, delimiter, join} from 'node:path';
import type {HostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';
import type {PathMap} from './path-maps.ts';

/** Names of compilers for the GCC and LLVM families, with a target before and a version behind. */
const compiler = /^(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran)(?:-\d+(?:\.\d+)*)?$/;
const compilerVariables = ['CC', 'CXX', 'LDSHARED', 'LD', 'FC'];

export interface WrapRequest {
	/** Gets the scripts. */
	readonly folder: HostPath;
	readonly maps: readonly PathMap[];
	/** Folders that no program may look for libraries in when it runs. */
	readonly hidden: readonly string[];
	readonly environment: Environment;
}

/**
 * Puts a small script in front of every compiler of PATH, which adds the path maps, and returns the environment that
 * uses them. Not by CFLAGS: programs exist that write their CFLAGS into what they compile, paths and all.
 * Links lose run paths into `hidden`: patched away later, they would leave padding that tells their length.
 */
export function wrapCompilers(request: WrapRequest): Record<string, string> {
	const {folder, environment} = request;
	mkdirSync(folder, {recursive: true});
	const path = (environment.PATH ?? '/usr/bin:/bin').split(delimiter).filter(item => item.startsWith('/'));
	const seen = new Set<string>();
	for (const program of path.flatMap(compilersIn)) {
		if (!seen.has(basename(program))) {
			seen.add(basename(program));
			script(join(folder, basename(program)), compilerScript(program, request));
		}
	}

	const variables: Record<string, string> = {PATH: [folder, ...path].join(delimiter)};
	for (const name of compilerVariables) {
		const value = environment[name] ?? '';
		const [, program = '', rest = ''] = /^(\/\S+)(.*)$/s.exec(value.trim()) ?? [];
		if (program !== '') {
			const wrapper = join(folder, `${name.toLowerCase()}-${basename(program)}`);
			script(wrapper, compilerScript(program, request));
			variables[name] = `${wrapper}${rest}`;
		}
	}

	return {...variables, ...wrapRust(request), GOFLAGS: environment.GOFLAGS ?? '-trimpath'};
}

function compilersIn(folder: string): string[] {
	try {
		return readdirSync(folder)
			.filter(name => compiler.test(name))
			.map(name => join(folder, name))
			.filter(isProgram);
	} catch {
		return [];
	}
}

function isProgram(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch {
		return false;
	}
}

function compilerScript(program: string, {maps, hidden}: WrapRequest): string {
	const flags = maps.map(([from, to]) => quoted(`-ffile-prefix-map=${from}=${to}`)).join(' ');
	return ['#!/bin/sh', ...withoutRunPaths(hidden), `exec ${quoted(program)} "$@" ${flags}`, ''].join('\n');
}

/** Run paths come as arguments for the linker, or in LD_RUN_PATH, which ld reads where no argument names one. */
function withoutRunPaths(hidden: readonly string[]): string[] {
	if (hidden.length === 0) {
		return [];
	}

	const forms = ['-Wl,-rpath,', '-Wl,-rpath=', '-Wl,--rpath,', '-Wl,--rpath=', '-Wl,-R', '-Wl,-R,'];
	const folders = (before: string) =>
		hidden.map(folder => quoted(before + folder)).flatMap(text => [text, `${text}/*`]);
	return [
		'for argument do',
		'\tshift',
		`\tcase $argument in ${forms.flatMap(folders).join('|')}) continue ;; esac`,
		'\tset -- "$@" "$argument"',
		'done',
		'if [ -n "$LD_RUN_PATH" ]; then',
		'\tset -f; IFS=:; kept=',
		'\tfor folder in $LD_RUN_PATH; do',
		`\t\tcase $folder in ${folders('').join('|')}) ;; *) kept=\${kept:+$kept:}$folder ;; esac`,
		'\tdone',
		'\tset +f; unset IFS',
		'\tif [ -n "$kept" ]; then export LD_RUN_PATH="$kept"; else unset LD_RUN_PATH; fi',
		'fi',
	];
}

/** cargo calls the wrapper with rustc's path first. A wrapper of the user's, such as sccache, goes on. */
function wrapRust({folder, maps, environment}: WrapRequest): Record<string, string> {
	const own = environment.RUSTC_WRAPPER ?? '';
	const flags = maps.map(([from, to]) => quoted(`--remap-path-prefix=${from}=${to}`)).join(' ');
	const wrapper = join(folder, 'rustc-wrapper');
	script(wrapper, `#!/bin/sh\nexec ${own === '' ? '' : `${quoted(own)} `}"$@" ${flags}\n`);
	return {RUSTC_WRAPPER: wrapper};
}

function script(file: string, text: string): void {
	writeFileSync(file, text, {mode: 0o755});
}

/** For sh(1). */
function quoted(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
