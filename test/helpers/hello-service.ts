import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {execa} from 'execa';
import type {CleanRoot} from './clean-root.ts';

/** Builds examples/hello as its readme does, with the built command line. Returns where the artifacts lie, by format. */
export async function buildHello(flags: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const script = fileURLToPath(new URL('../../examples/hello/build.js', import.meta.url));
	const {stdout} = await execa(process.execPath, [script, '--json', ...flags]);
	const {artifacts} = JSON.parse(stdout) as {artifacts: ReadonlyArray<{format: string; path: string}>};
	return new Map(artifacts.map(({format, path}) => [format, path]));
}

/** Runs a command inside, which must succeed, and returns what it printed. */
export async function does(t: ExecutionContext, debian: CleanRoot, command: string, network = false): Promise<string> {
	const {code, output} = await debian.run(command, {network, timeout: 300});
	t.is(code, 0, `${command}\n${output}`);
	return output;
}

const ask = 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())';

/** The service answers, from the prefix, by the interpreter of the target and with its compiled module. */
export async function serves(t: ExecutionContext, debian: CleanRoot, minor: string): Promise<void> {
	const output = await does(
		t,
		debian,
		`/opt/hello/bin/hello-server --port 8099 >/tmp/log 2>&1 &
		for try in 1 2 3 4 5 6 7 8 9 10; do /opt/hello/bin/hello-client --port 8099 2>/dev/null && break; sleep 0.5; done
		/usr/bin/python${minor} -c '${ask}' 'http://127.0.0.1:8099/?name=%3Cyou%3E' && cat /tmp/log`,
	);
	const [health = '', ...page] = output.split('\n');
	const said = JSON.parse(health) as {python: string};
	t.like(said, {status: 'ok', version: '1.0.0', prefix: '/opt/hello', compiled: true});
	t.true(said.python.startsWith(`${minor}.`), health);
	t.true(page.includes('<h1>Hello, &lt;you&gt;!</h1>'), output);
	t.is(await does(t, debian, 'PATH=/nowhere /opt/hello/bin/hello-server --version'), 'hello-server 1.0.0');
}
