import {cpSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import fs from 'fs-extra';
import {place} from '../helpers/built.ts';
import {cleanRoot} from '../helpers/clean-root.ts';
import {withReason, withTools} from '../helpers/tools.ts';
import {creators, demoVenv, holding, lacksVenv, ownPython, room} from '../helpers/venv.ts';

// An existing venv, with the built command line, on a Debian that knows nothing of this machine: as a copy that was put in its
// place, and as a package that brought its interpreter along.

const lacks = lacksVenv || (ownPython?.minor === '3.11' ? '' : 'python3.11 of pyenv');
const test = lacks === '' ? withTools('root', 'debootstrap', 'unshare', 'mount') : withReason(lacks);

test('a copy, and a package, run where the venv that they come from is not', async t => {
	const at = await place(t);
	// One that was moved, by a creator that writes more than others.
	const made = demoVenv(join(room(t), 'made/.venv'), {creator: creators.find(({name}) => name === 'uv venv')});
	const venv = join(at.here, 'venv');
	await fs.move(made, venv);
	const target = ['--target-python', '/usr/bin/python3.11'];
	const copied = await at.run(['relocate', 'venv', '--prefix', '/opt/copy', '--out', 'out/copy', ...target]);
	t.is(copied.code, 0, copied.stderr);
	const packed = await at.run([
		'build',
		'--venv',
		'venv',
		'--prefix',
		'/opt/demo',
		'--name',
		'demo',
		'--format',
		'deb',
		'--target',
		'debian-12',
		'--out',
		'out',
	]);
	t.is(packed.code, 0, packed.stderr);
	for (const old of [made, venv, ownPython?.path ?? '']) {
		t.deepEqual(holding(join(at.here, 'out/copy'), old), []);
	}

	const debian = await cleanRoot('bookworm');
	t.teardown(() => debian.close());
	const deb = readdirSync(join(at.here, 'out')).find(name => name.endsWith('.deb')) ?? '';
	cpSync(join(at.here, 'out', deb), join(debian.path, 'tmp', deb));
	cpSync(join(at.here, 'out/copy'), join(debian.path, 'opt/copy'), {recursive: true, verbatimSymlinks: true});
	const does = async (command: string, network = false) => {
		const {code, output} = await debian.run(command, {network, timeout: 300});
		t.is(code, 0, `${command}\n${output}`);
		return output;
	};
	await does(`apt-get install -qq -y /tmp/${deb}`, true);
	for (const prefix of ['/opt/copy', '/opt/demo']) {
		const packages = `${prefix}/lib/python3.11/site-packages`;
		t.deepEqual(JSON.parse(await does(`${prefix}/bin/demo`)), [
			prefix,
			`${packages}/demo.py`,
			`${packages}/demo_data/__init__.py`,
		]);
		t.is((await does(`. ${prefix}/bin/activate && command -v demo`)).trim(), `${prefix}/bin/demo`);
	}
});
