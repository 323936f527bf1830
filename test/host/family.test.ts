import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {withTools} from '../helpers/tools.ts';

const test = withTools('setsid', 'sleep');
const family = new URL('../../src/host/family.ts', import.meta.url).href;

/** A process of its own, since AVA's test files share one: it has a child and a grandchild, and ends its family. */
const program = `
	import {spawn} from 'node:child_process';
	import {endFamily} from '${family}';
	const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], {stdio: ['ignore', 'pipe', 'ignore']});
	child.stdout.once('data', async grandchild => {
		await endFamily([process.argv[1]]);
		console.log(JSON.stringify([child.pid, Number(grandchild)]));
	});
`;

function isRunning(pid: number): boolean {
	try {
		return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
	} catch {
		return false;
	}
}

/** Starts a process that has no parent, with a temporary folder. */
function orphan(folder: string): number {
	const {stdout} = spawnSync('sh', ['-c', 'setsid sleep 60 >/dev/null 2>&1 & echo $!'], {
		encoding: 'utf8',
		env: {PATH: process.env.PATH ?? '', TMPDIR: folder},
	});
	return Number(stdout);
}

test('ends children and theirs, and what works in a folder of its own although its parents are gone', t => {
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	const [own, stranger] = [orphan(join(folder, 'tmp')), orphan(tmpdir())];
	t.teardown(() => process.kill(stranger, 'SIGKILL'));
	t.true(isRunning(own));

	const node = ['--input-type=module', '-e', program, '--', folder];
	const {stdout, stderr} = spawnSync(process.execPath, node, {encoding: 'utf8'});
	t.is(stderr, '');
	const pids = JSON.parse(stdout) as number[];
	t.is(pids.length, 2);
	t.deepEqual([own, ...pids].filter(isRunning), []);
	t.true(isRunning(stranger));
});
