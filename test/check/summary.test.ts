import test from 'ava';
import {summaryOf} from '../../src/check/summary.ts';
import {decodeLibraryTable} from '../../src/codecs/library-table.ts';
import {libraryData} from '../../src/host/library-data.ts';
import type {OpenedPackage} from '../../src/model/package.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {Summary} from '../../src/model/summary.ts';
import {surveyOf} from '../../src/operations/survey.ts';
import {artifact, goodVenv} from '../helpers/artifact.ts';
import {smallElf} from '../helpers/elf.ts';
import type {LiteralEntry} from '../helpers/package.ts';

const file = {file: hostPath('/tmp/app.deb'), format: 'deb', size: 10, sha256: ''};
const data = libraryData('debian-12');
const table = data && decodeLibraryTable(data);

async function summary(opened: OpenedPackage): Promise<Summary> {
	return summaryOf(opened, await surveyOf(opened, {overview: true}), {artifact: file, table});
}

function venv(differing: Readonly<Record<string, LiteralEntry | undefined>> = {}, requires: readonly string[] = []) {
	return summary(artifact(goodVenv(differing), {format: 'deb', declared: {relations: {requires}}}));
}

test('what a venv holds: distributions with their sizes, commands with what they call', async t => {
	const said = await venv();
	t.like(said, {name: 'app', version: '1.0', prefix: '/opt/app', arch: 'x86_64', built: undefined});
	t.like(said.distributions, [{name: 'demo', version: '1.0', editable: false, origin: ''}]);
	t.like(said.commands, [
		{name: 'demo', entryPoint: 'demo:main', distribution: 'demo', interpreter: '/opt/app/bin/python', exposed: []},
	]);
});

test('the interpreter is of the system, from elsewhere, inside, or absent', async t => {
	const origin = async (differing: Readonly<Record<string, LiteralEntry | undefined>>) =>
		(await venv(differing)).interpreter?.origin;
	t.is(await origin({}), 'system');
	t.is(await origin({'/opt/app/bin/python3.11': {link: '/home/ada/.pyenv/versions/3.11.7/bin/python3.11'}}), 'outside');
	t.is(await origin({'/opt/app/bin/python3.11': smallElf()}), 'bundled');
	t.is(await origin({'/opt/app/bin/python3.11': undefined, '/opt/app/bin/python': undefined}), 'absent');
});

test('relations that bring the interpreter are named with it', async t => {
	const requires = [
		'libc6 (>= 2.36)',
		'python3.11 (>= 3.11.2)',
		'python3-yaml',
		'/usr/bin/python3.11',
		'python(abi) = 3.11',
	];
	t.deepEqual((await venv({}, requires)).interpreter?.declared, [
		'python3.11 (>= 3.11.2)',
		'/usr/bin/python3.11',
		'python(abi) = 3.11',
	]);
});

test('a command is on PATH through a link outside the prefix', async t => {
	const said = await venv({'/usr/bin/demo': {link: '../../opt/app/bin/demo'}, '/usr/bin/other': {link: '/usr/bin/vi'}});
	t.deepEqual(said.commands[0]?.exposed, [installPath('/usr/bin/demo')]);
});

const site = '/opt/app/lib/python3.11/site-packages';

test('libraries that are not in the tree, who asks for them, and what is declared to bring them', async t => {
	const said = await venv(
		{
			[`${site}/a.so`]: smallElf({needed: ['libssl.so.3', 'libown.so'], runpath: '$ORIGIN/own', glibc: 'GLIBC_2.9'}),
			[`${site}/b.so`]: smallElf({needed: ['libstray.so'], glibc: 'GLIBC_2.34'}),
			[`${site}/own/libown.so`]: smallElf(),
			[`${site}/own/libstray.so`]: smallElf(),
		},
		['libc6 (>= 2.36)', 'libssl3t64 | libssl3'],
	);
	t.like(said.libraries, [
		{
			soname: 'libc.so.6',
			versions: ['GLIBC_2.34'],
			packages: ['libc6 (>= 2.34)'],
			declared: ['libc6 (>= 2.36)'],
			hidden: [],
		},
		{soname: 'libssl.so.3', neededBy: [`${site}/a.so`], versions: [], declared: ['libssl3t64 | libssl3']},
		{
			soname: 'libstray.so',
			neededBy: [`${site}/b.so`],
			packages: [],
			declared: [],
			hidden: [`${site}/own/libstray.so`],
		},
	]);
	t.is(said.glibc, '2.34');
	t.deepEqual(said.machines, {'x86-64': 4});
});

test('files for another machine ask for nothing', async t => {
	const said = await venv({[`${site}/arm.so`]: smallElf({machine: 183, needed: ['libarm.so'], glibc: 'GLIBC_2.99'})});
	t.deepEqual(said.libraries, []);
	t.is(said.glibc, '');
	t.deepEqual(said.machines, {AArch64: 1});
});

test('what is executable outside of bin, has an odd mode or a strange owner', async t => {
	const path = installPath('/opt/app/tool.sh');
	const opened = artifact(
		goodVenv({
			[path]: {mode: 0o4755, text: '#!/bin/sh\n'},
			[`${site}/x.so`]: smallElf(),
			'/opt/app/open/': {mode: 0o777},
		}),
		{declared: {owners: new Map([[path, {user: 'ada', group: 'staff'}]])}},
	);
	const said = await summary(opened);
	t.deepEqual(said.executables, [path]);
	t.deepEqual(said.oddModes, [
		{path: installPath('/opt/app/open'), mode: 0o777},
		{path, mode: 0o4755},
	]);
	t.deepEqual(said.owners, [{path, user: 'ada', group: 'staff'}]);
});

test('how it was built is told by the manifest alone', async t => {
	const said = await summary(artifact(goodVenv(), {manifest: true}));
	t.like(said.built, {venvpack: '0.0.0', epoch: 1_000_000_000, allowedLeaks: []});
});
