import {execFileSync} from 'node:child_process';
import {lstatSync, readdirSync, readFileSync, readlinkSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {directory} from '../../src/formats/directory.ts';
import type {InstallPath} from '../../src/model/paths.ts';
import {pack} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';

const packer = fileURLToPath(new URL('../helpers/pack-directory.ts', import.meta.url));

test('it is named for the name and the version', t => {
	t.is(directory.fileName(pkg({})), 'app-1.0');
});

test('modes, times and links are exact, whatever the umask', t => {
	const folder = execFileSync('sh', ['-c', 'umask 077; exec "$0" "$@"', process.execPath, packer], {encoding: 'utf8'});
	t.teardown(() => rmSync(dirname(folder), {recursive: true}));
	const modes = ['', 'bin', 'bin/run', 'closed', 'closed/file', 'open', 'venvpack.json'].map(name =>
		(lstatSync(join(folder, name)).mode & 0o7777).toString(8),
	);
	t.deepEqual(modes, ['755', '755', '755', '555', '444', '666', '644']);
	t.is(readFileSync(join(folder, 'bin/run'), 'utf8'), '#!/bin/sh\n');
	t.is(readlinkSync(join(folder, 'link')), 'bin/run');
	t.deepEqual(readdirSync(folder).sort(), ['bin', 'closed', 'link', 'open', 'venvpack.json']);
	for (const name of ['', 'bin', 'bin/run', 'link', 'closed']) {
		t.is(lstatSync(join(folder, name)).mtimeMs, 1_000_000_000_000, name);
	}
});

test('what lies outside of the prefix is left out, and told', async t => {
	const literal = pkg({'/opt/app/bin/run': '#!/bin/sh\n', '/etc/app': 'x', '/usr/bin/run': {link: '/opt/app/bin/run'}});
	const folder = await pack(directory, literal);
	t.deepEqual(readdirSync(folder).sort(), ['bin', 'venvpack.json']);
	t.is(directory.omits?.(literal), '/etc/app and 1 more: a folder holds what is in /opt/app alone');
});

test('an owner inside of the prefix is told as lost', t => {
	const literal = pkg({'/opt/app/state': 'x'});
	const owner = {user: 'daemon', group: 'daemon'};
	const marks = new Map([['/opt/app/state' as InstallPath, {role: 'plain', owner} as const]]);
	const told = directory.omits?.({...literal, treatment: {...literal.treatment, marks}});
	t.is(told, 'the owner of /opt/app/state: a folder belongs to whoever builds it');
	t.is(directory.omits?.(literal), undefined);
});
