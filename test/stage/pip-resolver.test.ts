import {join} from 'node:path';
import {HostError, InputError} from '../../src/model/errors.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {pipVersion} from '../../src/stage/installers/pip.ts';
import {serveIndex} from '../helpers/index.ts';
import {writeProject} from '../helpers/project.ts';
import {type FoundPython, pythons, withReason} from '../helpers/tools.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';
import {bench} from './collect.ts';

// An index that has no uv, on a machine that has none: pip does its work.

async function withPip(): Promise<FoundPython | undefined> {
	for (const python of pythons()) {
		const [major = 0, minor = 0] = ((await pipVersion(hostPath(python.path), process.env)) ?? '')
			.split('.')
			.map(Number);
		if (major > 22 || (major === 22 && minor >= 3)) {
			return python;
		}
	}

	return undefined;
}

const python = await withPip();
const test = withReason(python === undefined ? 'a Python with pip 22.3 or later' : '');
const move = () => ({
	builder: hostPath(python?.path ?? ''),
	builderPrefix: hostPath(join(python?.path ?? '', '../..')),
	target: installPath(`/usr/bin/python${python?.minor}`),
	minor: python?.minor ?? '',
	version: python?.version ?? '',
});

test('resolves, downloads and builds with pip where there is no uv, and says so', async t => {
	const files = {
		[wheelName()]: wheelBytes({metadata: ['Requires-Dist: other']}),
		[wheelName({name: 'other'})]: wheelBytes({name: 'other'}),
	};
	const index = await serveIndex(t, files, {user: 'me', password: 's3cr3t'});
	const {base, collect, events} = bench(t, []);
	const directory = hostPath(writeProject(join(base, 'p'), {dependencies: ['sample']}));
	const house = await collect({
		input: {kind: 'project', directory, lock: undefined},
		index: index.urlWithCredentials,
		python: move(),
	});
	t.deepEqual(house.wheels.map(wheel => `${wheel.distribution.name} ${wheel.distribution.origin}`).sort(), [
		'hello built',
		'other index',
		'sample index',
	]);
	t.is(house.main?.distribution.name, 'hello');
	t.is(house.uv, undefined);
	t.true(
		events.some(event => event.kind === 'note' && event.message.startsWith('pip is used: there is no uv on PATH')),
	);
	t.notRegex(JSON.stringify(events), /s3cr3t/);
});

test('says all that pip said when nothing fits', async t => {
	const index = await serveIndex(t, {[wheelName()]: wheelBytes()});
	const error = await t.throwsAsync(
		async () => bench(t, []).collect({from: ['sample==9'], index: index.url, python: move()}),
		{instanceOf: InputError},
	);
	t.is(error.code, 'RESOLVE_FAILED');
	t.regex(error.message, /No matching distribution found for sample==9/);
});

test('says that only uv reads a uv.lock', async t => {
	const index = await serveIndex(t, {});
	const {base, collect} = bench(t, []);
	const folder = writeProject(join(base, 'p'), {files: {'uv.lock': 'version = 1\n'}});
	const lock = {kind: 'uv.lock', file: hostPath(join(folder, 'uv.lock'))} as const;
	await t.throwsAsync(
		async () =>
			collect({input: {kind: 'project', directory: hostPath(folder), lock}, index: index.url, python: move()}),
		{code: 'UV_NEEDED'},
	);
});

test('says what is missing where there is neither', async t => {
	const index = await serveIndex(t, {});
	const {file, collect} = bench(t, []);
	const builder = hostPath(file('python', '#!/bin/sh\nexit 1\n'));
	const error = await t.throwsAsync(
		async () => collect({from: ['sample'], index: index.url, python: {...move(), builder}}),
		{instanceOf: HostError},
	);
	t.is(error.code, 'INSTALLER_MISSING');
	t.is(error.message, `there is no uv on PATH or in the cache, none came from the index, and ${builder} has no pip`);
});
