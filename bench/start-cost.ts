/**
 * What it costs to start a program through a trampoline instead of a direct shebang: node bench/start-cost.ts [TIMES]
 * writes bench/results/start-cost.md. The interpreter is a program that does nothing, so only the way to it is measured. All forms
 * take turns in one run, since the machine's load changes; a loop in C starts them, which is cheaper than any other. Needs gcc.
 */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {encodeLauncher} from '../src/codecs/launcher.ts';
import {encodeMovableScript} from '../src/codecs/shebang.ts';

const times = Number(process.argv[2] ?? 3000);
/** Milliseconds over a direct shebang that a start of ours may cost. */
const allowed = 1;

const loop = `
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
extern char **environ;
static int order(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return (x > y) - (x < y); }
int main(int count, char **programs) {
	int times = atoi(programs[1]), forms = count - 2;
	double *taken = malloc(sizeof(double) * times * forms);
	for (int at = 0; at < times; at++)
		for (int form = 0; form < forms; form++) {
			struct timespec from, to;
			char *call[] = {programs[2 + form], "argument", 0};
			pid_t child;
			int status;
			clock_gettime(CLOCK_MONOTONIC, &from);
			if (posix_spawn(&child, call[0], 0, 0, call, environ) || waitpid(child, &status, 0) < 0 || status) return 1;
			clock_gettime(CLOCK_MONOTONIC, &to);
			taken[form * times + at] = (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6;
		}
	for (int form = 0; form < forms; form++) {
		double sum = 0, *own = taken + form * times;
		for (int at = 0; at < times; at++) sum += own[at];
		qsort(own, times, sizeof(double), order);
		printf("%f %f\\n", own[times / 2], sum / times);
	}
	return 0;
}
`;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-start-')));
const bin = join(root, 'app-1/bin');

function compile(name: string, source: string, ...flags: string[]): string {
	const file = join(root, name);
	writeFileSync(`${file}.c`, source);
	execFileSync('gcc', ['-O2', ...flags, '-o', file, `${file}.c`]);
	return file;
}

function script(name: string, text: string | Uint8Array): string {
	writeFileSync(join(bin, name), text, {mode: 0o755});
	return join(bin, name);
}

/** The forms, the direct one first; each has its words in the table. */
function forms(): ReadonlyArray<readonly [words: string, program: string]> {
	mkdirSync(bin, {recursive: true});
	const interpreter = compile('app-1/bin/python3.11', 'int main(void) { return 0; }', '-static');
	const body = Buffer.from('import sys\n');
	const own = script('own', encodeMovableScript({interpreter: 'python3.11', args: [], body}));
	script('system', encodeMovableScript({interpreter: 'python3.11', launcher: 'python', args: [], body}));
	script('python', encodeLauncher({minor: '3.11', searches: true}));
	symlinkSync('app-1', join(root, 'app'));
	symlinkSync(own, join(root, 'link'));
	const uv = `#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python3.11' "$0" "$@"\n' '''\n`;
	return [
		['direct shebang', script('direct', `#!${interpreter}\n`)],
		['pip’s trampoline, with an absolute path', script('pip', `#!/bin/sh\n'''exec' ${interpreter} "$0" "$@"\n' '''\n`)],
		['ours', own],
		['ours, through a link to the folder', join(root, 'app/bin/own')],
		['ours, through a link to the file', join(root, 'link')],
		['ours, with the machine’s interpreter', join(bin, 'system')],
		['`bin/python`', join(bin, 'python')],
		['uv’s trampoline, `uv venv --relocatable`', script('uv', uv)],
	];
}

try {
	const measured = forms();
	const program = compile('loop', loop);
	const output = execFileSync(program, [String(times), ...measured.map(([, path]) => path)], {encoding: 'utf8'});
	const figures = output
		.trim()
		.split('\n')
		.map(line => line.split(' ').map(Number));
	const direct = figures[0]?.[0] ?? 0;
	const rows = measured.map(([words], at) => {
		const [median = 0, mean = 0] = figures[at] ?? [];
		const more = at === 0 ? '' : `+${(median - direct).toFixed(2)}`;
		return `| ${words} | ${median.toFixed(2)} | ${more} | ${(median / direct).toFixed(1)} | ${mean.toFixed(2)} |`;
	});
	const ours = (figures[2]?.[0] ?? 0) - direct;
	const text = `# Start cost

What a start costs over a direct shebang, with an interpreter that does nothing: milliseconds, the median of ${times} starts; all
forms took turns in one run. \`/bin/sh\` is ${readlinkSync('/bin/sh')}. Made by \`chrt -f 10 node bench/start-cost.ts\`, since
others work on the machine. At most ${allowed.toFixed(1)} ms is allowed to ours; it forks nothing but where it is called through a link.

| form | ms | more than direct | ratio | mean |
|---|---|---|---|---|
${rows.join('\n')}
`;
	writeFileSync(fileURLToPath(new URL('results/start-cost.md', import.meta.url)), text);
	process.stdout.write(text);
	process.exitCode = ours > allowed ? 1 : 0;
} finally {
	rmSync(root, {recursive: true, force: true});
}
