import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import type {Indexes} from '../../src/model/plan.ts';
import {type Credentials, credentialsOf} from '../../src/stage/download/credentials.ts';
import {indexesOf, knownIndexes} from '../../src/stage/download/index-urls.ts';

const none: Indexes = {indexUrl: '', extraIndexUrls: [], findLinks: []};

interface Given {
	readonly plan?: Partial<Indexes>;
	readonly environment?: Readonly<Record<string, string>>;
	readonly project?: string;
}

function credentials(t: ExecutionContext, {plan = {}, environment = {}, project}: Given): Credentials {
	const home = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(home, {recursive: true, force: true}));
	if (project !== undefined) {
		writeFileSync(join(home, 'pyproject.toml'), project);
	}

	const all = {HOME: home, ...environment};
	return credentialsOf(
		knownIndexes(indexesOf({...none, ...plan}, all), project === undefined ? undefined : hostPath(home), all),
		all,
	);
}

const told = async (from: Credentials, url: string, challenged = false) => {
	const header = await from.authorize(new URL(url), challenged);
	return header && Buffer.from(header.replace('Basic ', ''), 'base64').toString();
};

test('those of an index go to its scheme, host and port, and nowhere else', async t => {
	const known = credentials(t, {plan: {indexUrl: 'https://me:p%40ss@i.example:8443/simple'}});
	t.is(await told(known, 'https://i.example:8443/files/a.whl'), 'me:p@ss');
	for (const url of [
		'http://i.example:8443/x',
		'https://i.example/x',
		'https://files.i.example:8443/x',
		'https://other.example/x',
	]) {
		t.is(await told(known, url), undefined, url);
	}
});

test('of two indexes on one host, the one whose path fits is taken', async t => {
	const known = credentials(t, {
		plan: {extraIndexUrls: ['https://a:1@i.example/one/simple', 'https://b:2@i.example/two/simple']},
	});
	t.is(await told(known, 'https://i.example/two/simple/x/'), 'b:2');
	t.is(await told(known, 'https://i.example/files/x'), 'a:1');
});

test('those in the URL itself go before those of the index', async t => {
	const known = credentials(t, {plan: {indexUrl: 'https://me:1@i.example/simple'}});
	t.is(await told(known, 'https://you:2@i.example/x'), 'you:2');
});

test('UV_INDEX_NAME_USERNAME and _PASSWORD go to the index of that name in pyproject.toml', async t => {
	const project = '[[tool.uv.index]]\nname = "my-own.index"\nurl = "https://i.example/simple"\n';
	const environment = {UV_INDEX_MY_OWN_INDEX_USERNAME: 'me', UV_INDEX_MY_OWN_INDEX_PASSWORD: 's'};
	t.is(await told(credentials(t, {project, environment}), 'https://i.example/x'), 'me:s');
});

test('those of an index that the environment names go into its URL, for whichever tool asks it', t => {
	const environment = {
		UV_DEFAULT_INDEX: 'company=https://pypi.example.org/simple',
		UV_INDEX: 'my-own=https://own.example.org/simple plain=https://plain.example.org/simple',
		UV_INDEX_COMPANY_USERNAME: 'me',
		UV_INDEX_COMPANY_PASSWORD: 'p@ss',
		UV_INDEX_MY_OWN_PASSWORD: 'token',
	};
	const {indexUrl, extraIndexUrls} = indexesOf({indexUrl: '', extraIndexUrls: [], findLinks: []}, environment);
	t.is(indexUrl, 'https://me:p%40ss@pypi.example.org/simple');
	t.deepEqual(extraIndexUrls, ['https://:token@own.example.org/simple', 'https://plain.example.org/simple']);
});

test('those of uv in the environment go before those of pip, flags before both', t => {
	const environment = {
		UV_DEFAULT_INDEX: 'https://uv.example',
		PIP_INDEX_URL: 'https://pip.example',
		PIP_EXTRA_INDEX_URL: 'https://a.example https://b.example',
	};
	t.deepEqual(indexesOf(none, environment), {
		indexUrl: 'https://uv.example',
		extraIndexUrls: ['https://a.example', 'https://b.example'],
		findLinks: [],
	});
	t.is(indexesOf({...none, indexUrl: 'https://flag.example'}, environment).indexUrl, 'https://flag.example');
	t.is(indexesOf(none, {PIP_INDEX_URL: 'https://pip.example'}).indexUrl, 'https://pip.example');
	t.deepEqual(indexesOf(none, {PIP_FIND_LINKS: '/nowhere/at/all /tmp'}).findLinks, ['/tmp']);
});

test('keyring is asked after a refusal only, once, and for hosts with a name or where the user wants it', async t => {
	const bin = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(bin, {recursive: true, force: true}));
	const program = join(bin, 'keyring');
	writeFileSync(program, '#!/bin/sh\necho "$@" >> "$0.log"\n[ "$2" = i.example ] && echo "secret of $3"\n');
	chmodSync(program, 0o755);
	const environment = {PATH: `${bin}:/usr/bin:/bin`};
	const known = credentials(t, {plan: {indexUrl: 'https://me@i.example/simple'}, environment});
	t.is(await told(known, 'https://i.example/x'), undefined);
	t.is(await told(known, 'https://i.example/x', true), 'me:secret of me');
	t.is(await told(credentials(t, {environment}), 'https://j.example/x', true), undefined);
	const wanted = credentials(t, {environment: {...environment, UV_KEYRING_PROVIDER: 'subprocess'}});
	t.is(await told(wanted, 'https://i.example/x', true), 'oauth2accesstoken:secret of oauth2accesstoken');
});
