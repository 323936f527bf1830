import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lchownSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Event} from '../../src/model/events.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {RelocateRequest, RelocateResult} from '../../src/model/relocation.ts';
import {relocateVenv} from '../../src/operations/relocate.ts';
import {type FoundPython, pathOf, pythonOf, withReason} from '../helpers/tools.ts';
import {
	creators,
	demoVenv,
	digestOf,
	falseRows,
	holding,
	install,
	lacksVenv,
	ownPython,
	packagesOf,
	room,
	tell,
} from '../helpers/venv.ts';

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

/** It runs at `venv`, from there alone, and nothing in it names `old`. */
function worksAt(t: ExecutionContext, venv: string, old: string): void {
	const packages = packagesOf(venv);
	t.deepEqual(tell(venv), [venv, join(packages, 'demo.py'), join(packages, 'demo_data/__init__.py')]);
	t.deepEqual(holding(venv, old), []);
	t.deepEqual(falseRows(venv), []);
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

// Of 3.14, which few machines have, the tests are in test/e2e/venv-python-3.14.test.ts.
for (const minor of ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13']) {
	const python = pythonOf(minor, 'pyenv') ?? pythonOf(minor);
	const lacking = [lacksVenv, python ? '' : `python${minor}`].filter(Boolean).join(', ');
	withReason(lacking)(`a copy of a venv of Python ${minor}`, async t => {
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

test('in place, modes stay; bytecode lets nobody in whom its folder keeps out', async t => {
	const venv = demoVenv(join(room(t), 'venv'));
	const packages = packagesOf(venv);
	const modes = {
		'': 0o750,
		'bin/demo': 0o700,
		[relative(venv, packages)]: 0o775,
		[relative(venv, join(packages, 'demo.py'))]: 0o640,
		[relative(venv, join(packages, 'demo_data'))]: 0o700,
		'etc/token': 0o600,
	};
	mkdirSync(join(venv, 'etc'));
	writeFileSync(join(venv, 'etc/token'), 'secret');
	for (const [name, mode] of Object.entries(modes)) {
		chmodSync(join(venv, name), mode);
	}

	await relocated({venv, prefix: venv, inPlace: true});
	const modeOf = (path: string) => lstatSync(path).mode & 0o7777;
	for (const [name, mode] of Object.entries(modes)) {
		t.is(modeOf(join(venv, name)), mode, name);
	}

	const bytecode = (folder: string) => {
		const cache = join(folder, '__pycache__');
		return [modeOf(cache), ...new Set(readdirSync(cache).map(name => modeOf(join(cache, name))))];
	};
	t.deepEqual(bytecode(packages), [0o755, 0o644]);
	t.deepEqual(bytecode(join(packages, 'demo_data')), [0o700, 0o600]);
});

const asRoot = withReason([lacksVenv, process.getuid?.() === 0 ? '' : 'root'].filter(Boolean).join(', '));

/** Its own name is empty; what lies behind links is not among it. */
function everythingIn(folder: string): string[] {
	return execFileSync('find', [folder, '-printf', '%P\n'], {encoding: 'utf8'}).split('\n').slice(0, -1);
}

asRoot('in place, everything belongs to whom it belonged, and what is new to the owner of its folder', async t => {
	const venv = demoVenv(join(room(t), 'venv'));
	const packages = packagesOf(venv);
	const before = everythingIn(venv);
	for (const name of before) {
		lchownSync(join(venv, name), 12_345, 23_456);
	}

	const others: Record<string, [number, number]> = {
		'bin/demo': [0, 23_456],
		'bin/python': [0, 0],
		[relative(venv, join(packages, 'demo_data'))]: [54_321, 23_456],
	};
	for (const [name, [uid, gid]] of Object.entries(others)) {
		lchownSync(join(venv, name), uid, gid);
	}

	await relocated({venv, prefix: venv, inPlace: true});
	const after = everythingIn(venv);
	t.true(after.includes('venvpack.json') && after.some(name => !before.includes(name) && name.endsWith('.pyc')));
	for (const name of after) {
		const {uid, gid} = lstatSync(join(venv, name));
		const isNewInData = name.includes('demo_data/__pycache__');
		const expected = others[name] ?? (isNewInData ? [54_321, 23_456] : [12_345, 23_456]);
		t.deepEqual([uid, gid], expected, name);
	}
});

asRoot('in place, a folder of somebody else in a venv of root stays theirs', async t => {
	const venv = demoVenv(join(room(t), 'venv'));
	const data = join(venv, 'data');
	mkdirSync(data);
	writeFileSync(join(data, 'state.json'), '{}');
	for (const path of [data, join(data, 'state.json')]) {
		lchownSync(path, 12_345, 12_345);
	}

	await relocated({venv, prefix: venv, inPlace: true});
	for (const [path, owner] of Object.entries({[venv]: 0, [data]: 12_345, [join(data, 'state.json')]: 12_345})) {
		t.is(lstatSync(path).uid, owner, path);
	}
});

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
	t.deepEqual(falseRows(fresh), []);
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
	t.deepEqual(falseRows(fresh), []);
});
