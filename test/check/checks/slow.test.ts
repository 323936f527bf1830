import test from 'ava';
import {checks} from '../../../src/check/checks.ts';
import {artifact, findingsOf, goodVenv} from '../../helpers/artifact.ts';
import {smallElf} from '../../helpers/elf.ts';
import {smallPyc} from '../../helpers/pyc.ts';

// Trees that somebody made to keep the checks busy: the time grows with what is there, not with its square.

const count = 6000;
const many = (entry: (index: number) => Record<string, string | Uint8Array>) =>
	goodVenv(Object.assign({}, ...Array.from({length: count}, (_, index) => entry(index))));
const site = '/opt/app/lib/python3.11/site-packages';
const library = smallElf({soname: 'libx.so', needed: ['libx.so', 'liby.so'], runpath: '/srv/x'});

const trees: Readonly<Record<string, (index: number) => Record<string, string | Uint8Array>>> = {
	'working copies in working copies': index => ({[`/opt/app/${'.git/'.repeat(index % 40)}.git/x${index}`]: 'x'}),
	'libraries of one name': index => ({[`${site}/l${index}/x.abi3.so`]: library}),
	'folders of modules': index => ({[`/opt/app/lib/python3.${index}/site-packages/x.py`]: 'x'}),
	'places of builders': index => ({[`/opt/app/bin/x${index}`]: `#!/home/u${index}/venv/bin/python\n`}),
	'places of builders in a pth': index => ({[`${site}/x${index}.pth`]: `/home/u${index}/venv/src\n`.repeat(3)}),
	'bytecode of many places': index => ({
		[`${site}/__pycache__/m${index}.cpython-311.pyc`]: smallPyc({
			filename: `/home/u${index}/site-packages/m${index}.py`,
		}),
		[`${site}/m${index}.py`]: '',
	}),
	addresses: index => ({[`${site}/x${index}.txt`]: `http://u:${'p'.repeat(90)}${'://a:'.repeat(90)}`}),
};

for (const [name, entry] of Object.entries(trees)) {
	test.serial(`${count} ${name}`, async t => {
		const subject = artifact(many(entry));
		const start = process.cpuUsage();
		await findingsOf(checks, subject);
		const {user, system} = process.cpuUsage(start);
		t.log(`${Math.round((user + system) / 1000)} ms`);
		t.true(user + system < 6_000_000, `${user + system} µs of CPU`);
	});
}
