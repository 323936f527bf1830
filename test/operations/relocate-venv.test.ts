import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {decodeRecord} from '../../src/codecs/record.ts';
import type {Event} from '../../src/model/events.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {RelocateRequest, RelocateResult} from '../../src/model/relocation.ts';
import {relocateVenv} from '../../src/operations/relocate.ts';
import {type FoundPython, pathOf, pythonOf, withLuck, withReason} from '../helpers/tools.ts';
import {creators, demoVenv, digestOf, holding, install, lacksVenv, ownPython, room, tell} from '../helpers/venv.ts';

// A venv that somebody made, whoever that was, becomes correct at another place: what is made runs there with the venv that it
// came from out of sight, names no other place, and the venv itself is not touched.

const test = withReason(lacksVenv);

async function relocated(
	request: Omit<RelocateRequest, 'venv'> & {venv: string},
	heard: Event[] = [],
): Promise<RelocateResult> {
	const listener = (event: Event) => heard.push(event);
	return relocateVenv(
		{...request, venv: hostPath(request.venv)},
		{listener, environment: process.env, version: '9.9.9'},
	);
}

/** Takes a folder out of sight while `look` looks. */
function hidden<T>(folder: string, look: () => T): T {
	renameSync(folder, `${folder}.hidden`);
	try {
		return look();
	} finally {
		renameSync(`${folder}.hidden`, folder);
	}
}

function packagesOf(venv: string): string {
	const lib = join(venv, 'lib');
	return join(lib, readdirSync(lib).find(name => name.startsWith('python')) ?? '', 'site-packages');
}

/** Every row of every RECORD that has a hash is true. */
function recordsHold(t: ExecutionContext, venv: string): void {
	const packages = packagesOf(venv);
	for (const name of readdirSync(packages).filter(one => one.endsWith('.dist-info'))) {
		for (const {path, hash} of decodeRecord(readFileSync(join(packages, name, 'RECORD'), 'utf8'))) {
			t.true(existsSync(join(packages, path)), path);
			if (hash !== '') {
				const digest = createHash('sha256')
					.update(readFileSync(join(packages, path)))
					.digest('base64url');
				t.is(hash, `sha256=${digest}`, path);
			}
		}
	}
}

/** It runs at `venv`, from there alone, and nothing in it names `old`. */
function worksAt(t: ExecutionContext, venv: string, old: string): void {
	const packages = packagesOf(venv);
	t.deepEqual(tell(venv), [venv, join(packages, 'demo.py'), join(packages, 'demo_data/__init__.py')]);
	t.deepEqual(holding(venv, old), []);
	recordsHold(t, venv);
	const [first = ''] = readFileSync(join(venv, 'bin/demo'), 'utf8').split('\n');
	t.is(first, `#!${venv}/bin/python`);
}

const copied = async (t: ExecutionContext, old: string, python?: FoundPython) => {
	const fresh = join(dirname(dirname(old)), 'new/app');
	const before = digestOf(old);
	const targetPython = python?.path ?? ownPython?.path;
	const result = await relocated({venv: old, prefix: fresh, out: hostPath(fresh), targetPython});
	t.deepEqual(digestOf(old), before);
	hidden(old, () => worksAt(t, fresh, old));
	return {fresh, result};
};

for (const creator of creators) {
	withReason([lacksVenv, creator.lacks].filter(Boolean).join(', '))(`a copy of what ${creator.name} made`, async t => {
		const old = demoVenv(join(room(t), 'old/.venv'), {creator});
		const {fresh, result} = await copied(t, old);
		const minor = ownPython?.minor;
		t.is(lstatSync(join(fresh, 'bin/python')).isSymbolicLink(), true);
		t.is(
			readFileSync(join(fresh, 'pyvenv.cfg'), 'utf8'),
			`home = ${dirname(ownPython?.path ?? '')}\ninclude-system-site-packages = false\nversion = ${minor}\n`,
		);
		t.deepEqual(
			result.distributions.map(({name, version, origin}) => [name, version, origin]),
			[
				['demo', '1.0', 'venv'],
				['demo_data', '1.0', 'venv'],
			],
		);
		t.deepEqual(result.scripts, [`${fresh}/bin/demo`] as never);
		t.deepEqual(result.findings, []);
		t.deepEqual(holding(fresh, '"timestamp"'), [], 'the notes of uv on its cache');
		for (const shell of ['sh', 'bash', 'fish', 'tcsh'].filter(one => pathOf(one) !== undefined)) {
			const suffix = {fish: '.fish', tcsh: '.csh'}[shell] ?? '';
			if (existsSync(join(fresh, `bin/activate${suffix}`))) {
				const script = `${suffix === '' ? '.' : 'source'} ${fresh}/bin/activate${suffix}; command -v demo`;
				t.is(
					execFileSync(shell, ['-c', script.replace('command -v', shell === 'tcsh' ? 'which' : 'command -v')], {
						encoding: 'utf8',
					}).trim(),
					`${fresh}/bin/demo`,
					shell,
				);
			}
		}
	});
}

for (const minor of ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14']) {
	const python = pythonOf(minor, 'pyenv') ?? pythonOf(minor);
	const lacking = [lacksVenv, python ? '' : `python${minor}`].filter(Boolean).join(', ');
	(minor === '3.14' ? withLuck : withReason)(lacking)(`a copy of a venv of Python ${minor}`, async t => {
		await copied(t, demoVenv(join(room(t), 'old/.venv'), {python}), python);
	});
}

test('a venv that was moved: in the copy, nothing names where it was made, nor where it lies', async t => {
	const made = demoVenv(join(room(t), 'made/.venv'));
	const old = join(dirname(dirname(made)), 'old/.venv');
	mkdirSync(dirname(old));
	renameSync(made, old);
	t.throws(() => tell(old));
	const {fresh, result} = await copied(t, old);
	t.deepEqual(holding(fresh, made), []);
	t.deepEqual(
		result.from,
		[made, old].map(hostPath).sort((one, other) => other.length - one.length),
	);
});

test('a venv that was moved, mended in its place', async t => {
	const made = demoVenv(join(room(t), 'made/.venv'));
	const venv = join(dirname(dirname(made)), 'venv');
	renameSync(made, venv);
	const {place} = await relocated({venv, prefix: venv, inPlace: true});
	t.is(place, hostPath(venv));
	worksAt(t, venv, made);
	t.deepEqual(readdirSync(dirname(venv)).sort(), ['made', 'venv']);
});

test('in place, the mode of the folder stays', async t => {
	const venv = demoVenv(join(room(t), 'venv'));
	chmodSync(venv, 0o750);
	await relocated({venv, prefix: venv, inPlace: true});
	t.is(lstatSync(venv).mode & 0o7777, 0o750);
});

withReason([lacksVenv, process.getuid?.() === 0 ? '' : 'root'].filter(Boolean).join(', '))(
	'in place, the files belong to whom the folder belonged',
	async t => {
		const venv = demoVenv(join(room(t), 'venv'));
		chownSync(venv, 12_345, 23_456);
		await relocated({venv, prefix: venv, inPlace: true});
		for (const name of ['', 'bin/demo', 'bin/python', 'lib']) {
			const {uid, gid} = lstatSync(join(venv, name));
			t.deepEqual([uid, gid], [12_345, 23_456], name);
		}
	},
);

test('in place, for another place: correct once it lies there', async t => {
	const venv = demoVenv(join(room(t), 'venv'));
	const later = join(dirname(venv), 'later');
	await relocated({venv, prefix: later, inPlace: true});
	renameSync(venv, later);
	worksAt(t, later, venv);
});

test('a folder inside the old place, and the other way round', async t => {
	const venv = demoVenv(join(room(t), 'app'));
	const inner = join(venv, 'venv');
	await relocated({venv, prefix: inner, out: hostPath(join(dirname(venv), 'copy'))});
	renameSync(venv, `${venv}.old`);
	mkdirSync(venv);
	renameSync(join(dirname(venv), 'copy'), inner);
	t.is(tell(inner)[0], inner);
	t.deepEqual(holding(inner, `${venv}/bin`), []);
	const outer = dirname(venv);
	await relocated({venv: inner, prefix: join(outer, 'x'), out: hostPath(join(outer, 'x'))});
	worksAt(t, join(outer, 'x'), inner);
});

test('twice: the same bytes, but for what the manifest says of the rules', async t => {
	const folder = room(t);
	const prefix = join(folder, 'p');
	const venv = demoVenv(join(folder, 'v'));
	await relocated({venv, prefix, out: hostPath(join(folder, 'one'))});
	const second = await relocated({venv: join(folder, 'one'), prefix, out: hostPath(join(folder, 'two'))});
	const look = (name: string) => ({...digestOf(join(folder, name)), 'venvpack.json': ''});
	t.deepEqual(look('two'), look('one'));
	t.deepEqual(second.rewritten, []);
});

test('the interpreter is gone: another of its minor compiles, and a note says so', async t => {
	const venv = demoVenv(join(room(t), 'v'));
	const cfg = join(venv, 'pyvenv.cfg');
	writeFileSync(cfg, readFileSync(cfg, 'utf8').replaceAll(dirname(ownPython?.path ?? ''), '/gone/bin'));
	for (const name of ['python', 'python3', `python${ownPython?.minor}`]) {
		rmSync(join(venv, 'bin', name), {force: true});
	}

	symlinkSync(`/gone/bin/python${ownPython?.minor}`, join(venv, 'bin/python'));
	const heard: Event[] = [];
	const fresh = join(dirname(venv), 'fresh');
	await relocated(
		{venv, prefix: fresh, out: hostPath(fresh), python: ownPython?.path, targetPython: ownPython?.path},
		heard,
	);
	worksAt(t, fresh, venv);
	t.deepEqual(holding(fresh, '/gone'), []);
	await relocated({venv, prefix: fresh, dryRun: true}, heard);
	t.true(heard.some(event => event.kind === 'note' && event.message.includes('in /gone/bin, is gone')));
});

for (const [name, spelled] of Object.entries({
	'a trailing slash': (venv: string) => `${venv}/`,
	'a link': (venv: string) => {
		symlinkSync(venv, `${venv}-link`);
		return `${venv}-link`;
	},
})) {
	test(`a venv named by ${name}`, async t => {
		const venv = demoVenv(join(room(t), 'v'));
		const fresh = join(dirname(venv), 'fresh');
		await relocated({venv: spelled(venv), prefix: fresh, out: hostPath(fresh), targetPython: ownPython?.path});
		worksAt(t, fresh, venv);
	});
}

test('in place through a link: the link stays, and what it names is replaced', async t => {
	const venv = demoVenv(join(room(t), 'v'));
	const link = `${venv}-link`;
	symlinkSync(venv, link);
	await relocated({venv: link, prefix: venv, inPlace: true});
	t.true(lstatSync(link).isSymbolicLink());
	t.is(tell(venv)[0], venv);
});

test('spaces and letters of other alphabets, in both places', async t => {
	const venv = demoVenv(join(room(t), 'my venv é'));
	const fresh = join(dirname(venv), 'ein anderer Ort ß');
	await relocated({venv, prefix: fresh, out: hostPath(fresh), targetPython: ownPython?.path});
	hidden(venv, () => t.is(tell(fresh)[0], fresh));
	t.deepEqual(holding(fresh, venv), []);
	recordsHold(t, fresh);
});

test('a dry run tells what each rule would change, and writes nothing', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	writeFileSync(join(venv, '.gitignore'), '*\n');
	const before = digestOf(folder);
	const {place, rewritten, removed} = await relocated({venv, prefix: '/opt/app', dryRun: true});
	t.is(place, undefined);
	t.deepEqual(digestOf(folder), before);
	const paths = Object.fromEntries(rewritten.map(({rule, paths: all}) => [rule, all.map(String)]));
	t.deepEqual(paths.shebangs, ['/opt/app/bin/demo']);
	t.deepEqual(paths['pyvenv-cfg'], ['/opt/app/pyvenv.cfg']);
	t.true(paths.activators?.includes('/opt/app/bin/activate'));
	t.true(removed.map(String).includes('/opt/app/.gitignore'));
});

test('what was installed from a folder of this machine does not say so', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const wheel = join(folder, 'demo-1.0-py3-none-any.whl');
	writeFileSync(
		wheel,
		readFileSync(join((await import('../helpers/venv.ts')).wheelShelf(), 'demo-1.0-py3-none-any.whl')),
	);
	install(venv, '--reinstall-package', 'demo', wheel);
	t.true(existsSync(join(packagesOf(venv), 'demo-1.0.dist-info/direct_url.json')));
	const fresh = join(folder, 'fresh');
	await relocated({venv, prefix: fresh, out: hostPath(fresh), targetPython: ownPython?.path});
	t.deepEqual(
		holding(fresh, folder).filter(name => holding(fresh, venv).includes(name)),
		[],
	);
	recordsHold(t, fresh);
});
