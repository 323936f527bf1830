import {mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {fixedLayout} from '../../src/model/layout.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {InputPlan} from '../../src/model/plan.ts';
import type {Wheel} from '../../src/model/staged.ts';
import type {Source} from '../../src/stage/choose.ts';
import {recipeSourceOf} from '../../src/stage/sources.ts';

// What a recipe says of where a distribution came from: enough to have it again, and nothing of this machine.

const wheel: Wheel = {
	file: hostPath('/home/ann/x.whl'),
	fileName: 'My_Lib-1.0-py3-none-any.whl',
	distribution: {
		...{name: 'My_Lib', version: '1.0', requiresPython: '', license: '', origin: 'index', scripts: []},
		...{wheel: 'My_Lib-1.0-py3-none-any.whl', sha256: 'a'.repeat(64)},
	},
	newest: 0,
	hashes: new Map(),
	unpacked: 0,
	platformSpecific: false,
};

function planOf(input: InputPlan['input'], rebuild?: InputPlan['rebuild']): InputPlan {
	return {
		input,
		...{from: [], requirements: [], constraints: [], extras: [], groups: [], hooks: []},
		indexes: {indexUrl: '', extraIndexUrls: [], findLinks: []},
		layout: fixedLayout,
		...{requireHashes: false, offline: false, targetVersion: '', machine: 'x86_64'},
		python: {
			...{builder: hostPath('/usr/bin/python3.11'), builderPrefix: hostPath('/usr')},
			...{target: installPath('/usr/bin/python3.11'), minor: '3.11', version: '3.11.2'},
		},
		...(rebuild ? {rebuild} : {}),
	};
}

const requirements = planOf({kind: 'requirements'});

function told(source: Source, plan: InputPlan = requirements): unknown {
	const choice = {name: 'my-lib', version: '1.0', source};
	return recipeSourceOf({choice, candidate: {file: wheel.file, sha256: undefined, origin: 'index'}, wheel}, plan);
}

const archive = (kind: 'wheel' | 'sdist', place: string, direct = false): Source => ({
	kind,
	direct,
	subdirectory: '',
	wanted: {fileName: 'my_lib-1.0.tar.gz', place, sha256: [], size: undefined, promisedBy: ''},
});

test('a wheel of an index is told by its hash alone', t => {
	t.is(told(archive('wheel', 'https://files.example/x.whl')), undefined);
});

test('an sdist of an index has its name', t => {
	t.deepEqual(told(archive('sdist', 'https://files.example/my_lib-1.0.tar.gz')), {
		...{name: 'my-lib', kind: 'sdist', sdist: 'my_lib-1.0.tar.gz'},
	});
});

test('a file of this machine has no path', t => {
	t.deepEqual(told(archive('wheel', '/home/ann/wheels/x.whl')), {name: 'my-lib', kind: 'file'});
});

test('an address of its own is told without whatever may be a secret', t => {
	const url = 'https://ann:s3cret@files.example/a/x.whl?token=abc#sha256=1';
	t.deepEqual(told(archive('wheel', url, true)), {name: 'my-lib', kind: 'file', url: 'https://files.example/a/x.whl'});
});

const repository = (url: string): Source => ({
	kind: 'repository',
	repository: {type: 'git', url, commit: 'c0ffee', subdirectory: 'python'},
});

test('a repository has its address and commit', t => {
	const addresses = {
		'https://x-access-token:s3cret@git.example/a/b.git': 'https://git.example/a/b.git',
		'ssh://git:s3cret@git.example/a/b.git': 'ssh://git@git.example/a/b.git',
		'git@git.example:a/b.git': 'git@git.example:a/b.git',
		'file:///home/ann/b': undefined,
		'/home/ann/b': undefined,
	};
	for (const [url, shown] of Object.entries(addresses)) {
		t.like(told(repository(url)), {kind: 'repository', url: shown, commit: 'c0ffee', subdirectory: 'python'}, url);
	}
});

function folders(t: ExecutionContext, ...names: readonly string[]): (name: string) => ReturnType<typeof hostPath> {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-sources-')));
	t.teardown(() => rmSync(base, {recursive: true}));
	for (const name of names) {
		mkdirSync(join(base, name), {recursive: true});
	}

	return name => hostPath(join(base, name));
}

const directory = (path: ReturnType<typeof hostPath>): Source => ({
	kind: 'directory',
	path,
	editable: false,
	subdirectory: '',
});

test('a folder is told relative to the project, where that names nothing above it', t => {
	const at = folders(t, 'src/app', 'src/lib', 'other/lib');
	const plan = planOf({kind: 'project', directory: at('src/app'), lock: undefined});
	t.deepEqual(told(directory(at('src/app')), plan), {name: 'my-lib', kind: 'project'});
	t.deepEqual(told(directory(at('src/lib')), plan), {name: 'my-lib', kind: 'directory', path: '../lib'});
	t.deepEqual(told(directory(at('other/lib')), plan), {name: 'my-lib', kind: 'directory'});
	t.deepEqual(told(directory(at('src/lib'))), {name: 'my-lib', kind: 'directory'});
});

test('a member of a workspace is told relative to the other', t => {
	const at = folders(t, 'repo/apps/web', 'repo/libs/core', 'elsewhere');
	const lock = {kind: 'uv.lock', file: at('repo/uv.lock')} as const;
	const plan = planOf({kind: 'project', directory: at('repo/apps/web'), lock});
	t.like(told(directory(at('repo/libs/core')), plan), {path: '../../libs/core'});
	t.deepEqual(told(directory(at('elsewhere')), plan), {name: 'my-lib', kind: 'directory'});
});

test('a rebuild says what its recipe says, wherever the file lay this time', t => {
	const recipe = {
		...({input: 'requirements', extras: [], groups: [], python: '3.11.2', sources: [], hooks: []} as const),
		metadata: {description: '', maintainer: '', vendor: '', homepage: ''},
		wishes: {settings: {}},
	};
	const pin = {name: 'My_Lib', version: '1.0', origin: 'index', wheel: wheel.fileName, sha256: 'a'.repeat(64)} as const;
	const from = (source: {name: string; kind: 'file'; url: string} | undefined) =>
		planOf({kind: 'requirements'}, {recipe, pins: [{...pin, source, directory: undefined}]});
	t.is(told(archive('wheel', '/home/ann/wheels/x.whl', true), from(undefined)), undefined);
	const known = {name: 'my-lib', kind: 'file', url: 'https://files.example/x.whl'} as const;
	t.deepEqual(told(archive('wheel', '/home/ann/wheels/x.whl', true), from(known)), known);
});
