import {installPath} from '../../src/model/paths.ts';
import {smallElf} from '../helpers/elf.ts';
import {info, type Piece, prefix, site, tool} from './place.ts';

const script = (code: string, first: string): Piece => ({
	code,
	path: tool,
	breaks: it => it.put(tool, `${first}print('x')\n`),
});
const link = (code: string, target: string): Piece => ({
	code,
	path: `${prefix}/share/x`,
	breaks: it => it.link(`${prefix}/share/x`, target),
});
const mode = (code: string, path: string, bits: number): Piece => ({
	code,
	path,
	breaks: it => it.change(path, {mode: bits}),
});
const config = `${prefix}/pyvenv.cfg`;
const settings = (code: string, change: (text: string) => string): Piece => ({
	code,
	path: config,
	breaks: it => it.edit(config, change),
});
const record = `${info}/RECORD`;
const secret = 'q7Rk2VbX9mLw4TzH8cYd1NfJ6sPa3GuE5oWi0BxK';

/** Files, links and modes; the venv; RECORD; the manifest. */
export const treePieces: readonly Piece[] = [
	{
		code: 'FILE_DAMAGED',
		path: tool,
		breaks: it => it.put(tool, smallElf({needed: ['libc.so.6']}).subarray(0, 100)),
	},

	{code: 'MANIFEST_FILE_CHANGED', path: config, isOurs: true, breaks: it => it.edit(config, text => `${text}\n`)},
	{
		code: 'MANIFEST_FILE_ABSENT',
		path: `${prefix}/bin/activate.fish`,
		isOurs: true,
		breaks: it => it.remove(`${prefix}/bin/activate.fish`),
	},
	{
		code: 'MANIFEST_FILE_EXTRA',
		path: `${prefix}/share/x`,
		isOurs: true,
		breaks: it => it.put(`${prefix}/share/x`, 'x'),
	},
	{
		code: 'MANIFEST_DIFFERS',
		path: `${prefix}/venvpack.json`,
		isOurs: true,
		breaks: it => it.control.set('Package', 'other'),
	},

	{
		code: 'DIGEST_WRONG',
		path: config,
		breaks: it => {
			it.digests = lines =>
				lines.map(line => (line.endsWith('/pyvenv.cfg\n') ? `${'0'.repeat(32)}${line.slice(32)}` : line));
		},
	},
	{
		code: 'DIGEST_MISSING',
		path: config,
		breaks: it => {
			it.digests = lines => lines.filter(line => !line.endsWith('/pyvenv.cfg\n'));
		},
	},
	{
		code: 'DIGEST_STALE',
		path: `${prefix}/gone`,
		breaks: it => {
			it.digests = lines => [...lines, `${'0'.repeat(32)}  opt/app/gone\n`];
		},
	},

	{code: 'PYVENV_MISSING', path: config, verify: {prefix: installPath(prefix)}, breaks: it => it.remove(config)},
	{
		code: 'PYVENV_HOME_MISSING',
		path: config,
		also: [`${prefix}/bin`],
		breaks(it) {
			const python = [...it.things.keys()].find(path => /\/bin\/python3\.\d+$/.test(path)) ?? `${prefix}/bin/python`;
			it.put(python, it.bytes(`${prefix}/bin/native`), 0o755);
			it.edit(config, text => text.replace(/^home = .*\n/m, ''));
		},
	},
	settings('PYVENV_HOME_RELATIVE', text => text.replace(/^home = .*$/m, 'home = ../python/bin')),
	settings('PYVENV_HOME_WRONG', text => text.replace(/^home = .*$/m, 'home = /usr/local/bin')),
	settings('PYVENV_FOREIGN', text => `${text}executable = /srv/python/bin/python3.11\n`),
	settings('PYVENV_SYSTEM_SITE', text => text.replace(/^include-system.*$/m, 'include-system-site-packages = true')),
	settings('VENV_VERSION', text => `${text.replaceAll(/^version.*\n/gm, '')}version = 3.7.1\n`),
	{
		code: 'VENV_INTERPRETER',
		path: `${prefix}/bin`,
		also: [config],
		breaks(it) {
			const [python = ''] =
				[...it.things].find(([path, {target}]) => path.includes('/bin/') && target.startsWith('/usr/bin/')) ?? [];
			it.link(python, (it.things.get(python)?.target ?? '').replace('/usr/bin', '/root/.pyenv/bin'));
			it.edit(config, text => text.replace(/^home = .*$/m, 'home = /root/.pyenv/bin'));
		},
	},

	script('SHEBANG_MISSING', `#!${prefix}/bin/python2\n`),
	script('SHEBANG_FOREIGN', '#!/srv/build/venv/bin/python\n'),
	script('SHEBANG_RELATIVE', '#!python\n'),
	script('SHEBANG_TOO_LONG', `#!/bin/sh ${'x'.repeat(130)}\n`),
	script('SHEBANG_SPACE', '#!/opt/my app/bin/python\n'),
	script('SHEBANG_UNREADABLE', '#!\n'),
	script('SHEBANG_ENV', '#!/usr/bin/env python3\n'),

	link('LINK_DANGLING', 'gone'),
	link('LINK_CYCLE', 'x'),
	link('LINK_OUTSIDE', '/etc/hosts'),
	link('LINK_ABSOLUTE', config),

	{code: 'RECORD_MISSING', path: info, breaks: it => it.remove(record)},
	{code: 'RECORD_FILE_ABSENT', path: record, breaks: it => it.remove(`${info}/entry_points.txt`)},
	{
		code: 'RECORD_DIFFERS',
		path: `${info}/WHEEL`,
		breaks(it) {
			it.keepsRecord = false;
			it.edit(`${info}/WHEEL`, text => `${text}\n`);
		},
	},
	{code: 'RECORD_ESCAPES', path: record, breaks: it => it.edit(record, text => `../../../../../../etc/x,,\n${text}`)},
	{code: 'RECORD_DUPLICATE', path: record, breaks: it => it.edit(record, text => `${text}app-1.0.dist-info/WHEEL,,\n`)},
	{code: 'RECORD_UNLISTED', path: `${site}/stray.txt`, breaks: it => it.put(`${site}/stray.txt`, 'x')},

	mode('MODE_WRITABLE', config, 0o666),
	mode('MODE_GROUP_WRITABLE', config, 0o664),
	mode('MODE_CLOSED', config, 0o600),
	mode('MODE_SETUID', `${prefix}/bin/native`, 0o4755),
	mode('MODE_NOT_EXECUTABLE', `${prefix}/bin/app`, 0o644),
	{code: 'OWNER_NOT_ROOT', path: config, breaks: it => it.change(config, {owner: 'ada'})},

	{
		code: 'SECRET_TOKEN',
		path: `${prefix}/etc/app.ini`,
		breaks: it => it.put(`${prefix}/etc/app.ini`, `t = ${'ghp_'}${secret.slice(4)}\n`),
	},
	{
		code: 'SECRET_PRIVATE_KEY',
		path: `${prefix}/etc/key.pem`,
		breaks: it =>
			it.put(`${prefix}/etc/key.pem`, `-----BEGIN ${'PRIVATE'} KEY-----\nMIIE${secret}\n${secret}\n-----END`),
	},
	{
		code: 'SECRET_URL',
		path: `${prefix}/etc/app.ini`,
		breaks: it => it.put(`${prefix}/etc/app.ini`, `db = mysql://app:${secret}@db.corp.net/x\n`),
	},
	{
		code: 'SECRET_FILE',
		path: `${prefix}/.netrc`,
		breaks: it => it.put(`${prefix}/.netrc`, `machine corp.net login ada password ${secret}\n`),
	},
];
