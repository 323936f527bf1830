import test from 'ava';
import type {ManifestSummary} from '../../src/model/manifest.ts';
import {installPath} from '../../src/model/paths.ts';
import type {Recipe, RecipeSource} from '../../src/model/recipe.ts';
import {checkTrust} from '../../src/operations/reproduction/trust.ts';
import {pkg} from '../helpers/package.ts';

// A recipe comes from whoever made the artifact. Its words must stay words.

const honest: Recipe = {
	...({input: 'requirements', extras: [], groups: [], python: '3.11.7', hooks: []} as const),
	sources: [
		{name: 'lib', kind: 'repository', url: 'git@git.example:a/lib.git', commit: 'c0ffee00', subdirectory: 'python/lib'},
		{
			name: 'uwsgi',
			kind: 'sdist',
			sdist: 'uwsgi-2.0.tar.gz',
			epoch: 0,
			tools: ['setuptools==80.0', 'a.b-c==1!2.0+x.1'],
		},
		{name: 'core', kind: 'directory', path: '../../libs/core'},
	],
	metadata: {description: '', maintainer: '', vendor: '', homepage: ''},
	wishes: {settings: {}},
};

const summary: ManifestSummary = {
	...pkg({}).manifest,
	distributions: [
		{
			...({name: 'ruamel.yaml', version: '1', license: '', origin: 'index', sha256: 'a'.repeat(64)} as const),
			wheel: 'ruamel.yaml-1-py3-none-any.whl',
		},
	],
};

test('an honest recipe is followed', t => {
	t.notThrows(() => checkTrust(summary, honest));
});

const hostile: Readonly<Record<string, Partial<RecipeSource>>> = {
	'an option of git for a commit': {commit: '--upload-pack=touch /tmp/x'},
	'an option of git for an address': {url: '--upload-pack=x'},
	'an option of pip for a tool': {tools: ['--index-url https://evil.example']},
	'two lines for a tool': {tools: ['a==1\n-r /etc/passwd']},
	'a folder outside for a subdirectory': {subdirectory: 'a/../../..'},
	'an absolute subdirectory': {subdirectory: '/etc'},
	'an absolute path': {path: '/etc'},
	'a path for an sdist': {sdist: '../../x.tar.gz'},
	'a path for a name': {name: '../../x'},
};
for (const [title, source] of Object.entries(hostile)) {
	test(`refuses ${title}`, t => {
		const recipe = {...honest, sources: [{name: 'x', kind: 'repository', ...source} as const]};
		t.like(
			t.throws(() => checkTrust(summary, recipe)),
			{code: 'RECIPE_INVALID', exitCode: 3},
		);
	});
}

const archives: Readonly<Record<string, {name: string; url?: string}>> = {
	'a path for an archive of the interpreter': {name: '../../x.tar.zst'},
	'an option for the address of one': {name: 'x.tar.zst', url: '--x'},
};
for (const [title, archive] of Object.entries(archives)) {
	test(`refuses ${title}`, t => {
		const sha256 = 'a'.repeat(64);
		const recipe = {...honest, interpreter: {sha256, archive: {...archive, sha256}}};
		t.like(
			t.throws(() => checkTrust(summary, recipe)),
			{code: 'RECIPE_INVALID'},
		);
	});
}

const strange: Readonly<Record<string, readonly [Partial<ManifestSummary>, string]>> = {
	'a package name that is a path': [{name: '../../x'}, 'NAME_INVALID'],
	'a version that is a path': [{version: '../1'}, 'VERSION_INVALID'],
	'a release that is a path': [{release: '1/2'}, 'RELEASE_INVALID'],
	'a prefix of the system': [{prefix: installPath('/usr')}, 'PREFIX_SYSTEM'],
	'a distribution that is a path': [
		{distributions: summary.distributions.map(known => ({...known, name: '../x'}))},
		'RECIPE_INVALID',
	],
	'a wheel that is a path': [
		{distributions: summary.distributions.map(known => ({...known, wheel: '../x.whl'}))},
		'RECIPE_INVALID',
	],
};
for (const [title, [differing, code]] of Object.entries(strange)) {
	test(`refuses ${title}`, t => {
		t.like(
			t.throws(() => checkTrust({...summary, ...differing}, honest)),
			{code},
		);
	});
}
