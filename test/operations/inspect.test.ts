import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {formatNamed} from '../../src/formats/formats.ts';
import {ArtifactError} from '../../src/model/errors.ts';
import {type HostPath, hostPath, installPath} from '../../src/model/paths.ts';
import type {Context} from '../../src/operations/context.ts';
import {inspect} from '../../src/operations/inspect.ts';
import {artifact, goodVenv} from '../helpers/artifact.ts';
import {smallElf} from '../helpers/elf.ts';
import {violations} from '../helpers/json-schema.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {wheelBytes} from '../helpers/wheel.ts';

const context: Context = {listener: () => undefined, environment: {}, version: '9.9.9'};
const schema = JSON.parse(readFileSync(new URL('../../schema/inspect-result.schema.json', import.meta.url), 'utf8'));

const files: Readonly<Record<string, LiteralEntry>> = goodVenv({
	'/opt/app/lib/python3.11/site-packages/demo/fast.so': smallElf({needed: ['libz.so.1'], glibc: 'GLIBC_2.34'}),
});

/** An artifact on the disk, with a manifest that is true. */
async function packed(format: string): Promise<HostPath> {
	const {tree} = artifact(files, {manifest: true}).pkg;
	return pack(formatNamed(format), {...pkg(files), tree});
}

for (const format of ['deb', 'rpm', 'tar.gz', 'tar.zst', 'dir']) {
	test(`${format}: the same of each`, async t => {
		const {summary, entries} = await inspect({artifact: await packed(format)}, context);
		t.like(summary, {name: 'app', version: '1.0', arch: 'x86_64', prefix: installPath('/opt/app'), glibc: '2.34'});
		t.like(summary.interpreter, {path: installPath('/usr/bin/python3.11'), origin: 'system', minor: '3.11'});
		t.like(summary.distributions, [{name: 'demo', version: '1.0', files: 6}]);
		t.like(summary.commands, [{name: 'demo', entryPoint: 'demo:main', distribution: 'demo'}]);
		t.deepEqual(
			summary.libraries.map(({soname, packages}) => `${soname}: ${packages.join()}`).sort(),
			summary.artifact.format === 'deb'
				? ['libc.so.6: libc6 (>= 2.34)', 'libz.so.1: zlib1g (>= 1:1.1.4)']
				: ['libc.so.6: ', 'libz.so.1: '],
		);
		t.like(summary.built, {venvpack: '0.0.0', epoch: 1_000_000_000});
		t.is(summary.artifact.format, format);
		t.is(summary.artifact.sha256.length, format === 'dir' ? 0 : 64);
		t.deepEqual(summary.damaged, []);
		const listed = [...entries()];
		t.deepEqual(
			listed.filter(({kind}) => kind !== 'directory').map(({path}) => path),
			[...Object.keys(files), '/opt/app/venvpack.json'].sort().map(installPath),
		);
		const document = JSON.parse(JSON.stringify({...summary, files: listed, notes: [], warnings: []}));
		t.deepEqual(violations(schema, document), []);
	});
}

test('what a format declares is told in its words', async t => {
	const deb = (await inspect({artifact: await packed('deb')}, context)).summary;
	t.deepEqual(deb.interpreter?.declared, ['python3.11 (>= 3.11.2)']);
	const rpm = (await inspect({artifact: await packed('rpm')}, context)).summary;
	t.true(rpm.interpreter?.declared.includes('/usr/bin/python3.11'));
});

test('a wheel: what it would install', async t => {
	const file = join(temporaryFolder(), 'sample-1.0-py3-none-any.whl');
	writeFileSync(file, wheelBytes({metadata: ['License: MIT']}));
	const {summary} = await inspect({artifact: file}, context);
	t.is(summary.interpreter, undefined);
	t.is(summary.built, undefined);
	t.like(summary.distributions, [{name: 'sample', version: '1.0', license: 'MIT', files: 4}]);
});

test('a venv as it lies, which nobody packaged', async t => {
	const folder = temporaryFolder();
	const site = join(folder, 'lib/python3.12/site-packages/x-1.dist-info');
	mkdirSync(site, {recursive: true});
	writeFileSync(join(folder, 'pyvenv.cfg'), 'home = /usr/bin\n');
	writeFileSync(join(site, 'METADATA'), 'Name: x\nVersion: 1\n');
	const {summary} = await inspect({artifact: folder}, context);
	t.like(summary.interpreter, {origin: 'absent', minor: '3.12'});
	t.like(summary.distributions, [{name: 'x', version: '1'}]);
	t.is(summary.prefix, installPath(folder));
});

test('what is no artifact is refused', async t => {
	const file = join(temporaryFolder(), 'text');
	writeFileSync(file, 'some text');
	await t.throwsAsync(inspect({artifact: hostPath(file)}, context), {instanceOf: ArtifactError});
});
