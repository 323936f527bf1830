import {hash} from 'node:crypto';
import test from 'ava';
import {placeAudit} from '../../src/check/place-audit.ts';
import type {Finding} from '../../src/model/findings.ts';
import {installPath} from '../../src/model/paths.ts';
import {readLiteral, tree} from '../helpers/tree.ts';

interface Known {
	readonly downloaded?: readonly string[];
	readonly carried?: readonly string[];
	readonly allow?: readonly string[];
}

/** What is said of files by their text, at /opt/app. */
function findings(texts: Readonly<Record<string, string>>, known: Known = {}): readonly Finding[] {
	const {downloaded = [], carried = [], allow = []} = known;
	const audit = placeAudit({
		prefix: installPath('/opt/app'),
		downloaded: new Map(downloaded.map(path => [installPath(path), hash('sha256', texts[path] ?? '')])),
		carried: new Map(carried.map(path => [installPath(path), 'interpreter'])),
		allow,
	});
	return tree(texts).entries.flatMap(entry => {
		if (entry.kind !== 'file') {
			return [];
		}

		const bytes = readLiteral(entry.content);
		const reading = audit.open?.(entry);
		for (let at = 0; at < bytes.length; at += 5) {
			reading?.push(bytes.subarray(at, at + 5));
		}

		return reading?.close(hash('sha256', bytes)) ?? [];
	});
}

const said = (texts: Readonly<Record<string, string>>, known?: Known) =>
	findings(texts, known).map(({path, severity, offset}) => [path.replace('/opt/app/', ''), severity, offset]);

test('a script, a program, a module or a setting that names the prefix is an error, with its offset', t => {
	const found = said({
		'/opt/app/bin/run': '#!/bin/sh\nexec /opt/app/bin/python\n',
		'/opt/app/lib/native': '\x7fELF\0\0/opt/app/share\0',
		'/opt/app/lib/paths.py': "root = '/opt/app'\n",
		'/opt/app/etc/app.toml': 'log = "/opt/app/log"',
	});
	t.deepEqual(found, [
		['bin/run', 'error', 15],
		['etc/app.toml', 'error', 7],
		['lib/native', 'error', 6],
		['lib/paths.py', 'error', 8],
	]);
});

test('in a text it is a note', t => {
	t.deepEqual(said({'/opt/app/share/doc/README': 'Unpack it into /opt/app.'}), [['share/doc/README', 'note', 15]]);
});

test('another folder that begins alike is none', t => {
	t.deepEqual(said({'/opt/app/a.py': '/opt/app2 /opt/application'}), []);
});

test('what says where it was meant to lie may do so', t => {
	t.deepEqual(
		said({
			'/opt/app/venvpack.json': '{"prefix": "/opt/app"}',
			'/opt/app/lib/__pycache__/x.cpython-311.pyc': '/opt/app/lib/x.py',
			'/opt/app/lib/python3.11/site-packages/x-1.dist-info/METADATA': 'Lies in /opt/app',
			'/usr/lib/systemd/system/app.service': 'ExecStart=/opt/app/bin/x',
		}),
		[],
	);
});

test('what came in a wheel or with an interpreter cannot know', t => {
	const path = '/opt/app/lib/x.py';
	const texts = {[path]: "'/opt/app'"};
	t.deepEqual(said(texts, {downloaded: [path]}), []);
	t.deepEqual(said(texts, {carried: [path]}), []);
});

test('what is allowed is a note, and the remedy says how', t => {
	const [first] = findings({'/opt/app/x.py': '/opt/app /opt/app'});
	t.regex(first?.remedy ?? '', /--allow-leak '\/opt\/app\/x\.py'/);
	t.is(first?.message, 'names /opt/app, 2 times');
	t.deepEqual(said({'/opt/app/x.py': '/opt/app'}, {allow: ['x.py']}), [['x.py', 'note', 0]]);
});
