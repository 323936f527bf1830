import {mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {openOutput} from '../../src/host/output.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';

function folder(t: ExecutionContext): HostPath {
	const path = hostPath(mkdtempSync(join(tmpdir(), 'venvpack-test-')));
	t.teardown(() => rmSync(path, {recursive: true, force: true}));
	return path;
}

/** The name that a part of `app` has, written by the process `pid` here, or by one of another machine or container. */
function partOf(t: ExecutionContext, pid: number, elsewhere = false): string {
	const output = openOutput(folder(t), 'app', 'marker');
	output.discard();
	const name = basename(output.part).replace(/-\d+\.part$/, `-${pid}.part`);
	return elsewhere ? name.replace(/[0-9a-f]{8}-/, '00000000-') : name;
}

/** No process has it: pid_max is 2 ** 22 at most. */
const nobody = 2 ** 22 + 1;

test('the old one has its name until the new one is complete', async t => {
	const here = folder(t);
	writeFileSync(join(here, 'app'), 'old');
	const output = openOutput(here, 'app', 'marker');
	writeFileSync(output.part, 'new');
	t.is(readFileSync(join(here, 'app'), 'utf8'), 'old');
	await output.commit();
	t.is(readFileSync(join(here, 'app'), 'utf8'), 'new');
	t.deepEqual(readdirSync(here), ['app']);
});

test('what a killed build left behind goes away, and nothing else', t => {
	const here = folder(t);
	const alive = partOf(t, process.ppid);
	const mine = partOf(t, process.pid);
	for (const name of [partOf(t, nobody), mine, alive, '.app.part', '.other.part', 'app.1.part']) {
		writeFileSync(join(here, name), 'half');
	}

	openOutput(here, 'app', 'marker').discard();
	t.deepEqual(readdirSync(here).sort(), [alive, '.app.part', '.other.part', 'app.1.part'].sort());
});

test('a part of another machine or container stays for a day: nobody here knows whether its build still runs', t => {
	const here = folder(t);
	const [fresh, old] = [partOf(t, nobody, true), partOf(t, nobody - 1, true)];
	for (const name of [fresh, old]) {
		writeFileSync(join(here, name), 'half');
	}

	const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
	utimesSync(join(here, old), twoDaysAgo, twoDaysAgo);
	openOutput(here, 'app', 'marker').discard();
	t.deepEqual(readdirSync(here), [fresh]);
});
