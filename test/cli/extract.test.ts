import test from 'ava';
import {UsageError} from '../../src/model/errors.ts';
import type {ExtractResult} from '../../src/model/extraction.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {ExtractRequest} from '../../src/operations/extract.ts';
import {say} from '../helpers/command-line.ts';

const result: ExtractResult = {
	artifact: '/src/project/app.asar',
	format: 'asar',
	out: hostPath('/src/project/app-1.0'),
	top: installPath('/'),
	paths: [],
	files: 3,
	links: 1,
	bytes: 1_500_000,
	verified: 3,
};

test('everything, into a folder of its own', async t => {
	let asked: ExtractRequest | undefined;
	const said = await say('extract app.asar', {
		library: {
			extract(request) {
				asked = request;
				return Promise.resolve(result);
			},
		},
	});
	t.is(said.code, 0);
	t.like(asked, {artifact: '/src/project/app.asar', paths: [], out: undefined, owners: undefined, take: undefined});
	t.is(said.stdout, '3 files, 1 link, 1.5 MB in app-1.0\n  each is what the artifact says of it, by its sha256\n');
});

test('some paths, those that could not be compared counted', async t => {
	let asked: ExtractRequest | undefined;
	const some = {...result, out: hostPath('/src/project'), paths: [installPath('/opt/app/bin')], verified: 2};
	const said = await say('extract https://example.org/app.asar bin etc/x --out here --owners', {
		library: {
			extract(request) {
				asked = request;
				return Promise.resolve(some);
			},
		},
	});
	t.like(asked, {
		artifact: 'https://example.org/app.asar',
		paths: ['bin', 'etc/x'],
		out: '/src/project/here',
		owners: true,
	});
	t.is(
		said.stdout,
		'3 files, 1 link, 1.5 MB in /src/project\n  opt/app/bin\n  2 are what the artifact says of them, by their sha256; of 1 it has none\n',
	);
});

test('the bytes of one file, and nothing else, go to stdout', async t => {
	const said = await say('extract app.asar bin/run --stdout', {
		library: {
			async extract({take}) {
				await take?.(Buffer.from('#!/bin/sh\n'));
				await take?.(Buffer.from('x'));
				return {...result, out: undefined};
			},
		},
	});
	t.is(said.stdout, '#!/bin/sh\nx');
});

test('one document with --json, also of a failure', async t => {
	const said = await say('extract app.asar --json', {library: {extract: () => Promise.resolve(result)}});
	t.like(JSON.parse(said.stdout), {out: '/src/project/app-1.0', top: '/', verified: 3, notes: [], warnings: []});
	const failed = await say('extract app.asar x --json', {
		library: {extract: () => Promise.reject(new UsageError('x is not there', {code: 'EXTRACT_PATH_ABSENT'}))},
	});
	t.is(failed.code, 2);
	t.like(JSON.parse(failed.stdout), {error: {code: 'EXTRACT_PATH_ABSENT', exitCode: 2}});
});

test('what does not go together is refused before anything is read', async t => {
	for (const line of ['extract a.asar x --stdout --json', 'extract a.asar x --stdout --out y', 'extract']) {
		const said = await say(line);
		t.is(said.code, 2, line);
	}
});
