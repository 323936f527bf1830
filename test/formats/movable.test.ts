/** What an administrator may do with a package of a tree that works anywhere, with the real rpm and dpkg. */
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {deb} from '../../src/formats/deb/index.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {tarGz} from '../../src/formats/tar.ts';
import {plainTreatment} from '../../src/model/additions.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type InstallPath, installPath} from '../../src/model/paths.ts';
import type {SettingValues} from '../../src/model/settings.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const program = '#!/bin/sh\np=$(dirname "$0")\ncat "$p/../lib/answer"\n';
const files: Readonly<Record<string, LiteralEntry>> = {
	'/opt/app/bin/run': program,
	'/opt/app/bin/again': {link: 'run'},
	'/opt/app/lib/answer': '42\n',
	'/opt/app/lib/é (1)/x': 'x',
	'/opt/app/empty/': {mode: 0o755},
	'/usr/share/app/data': 'it may lie in /opt/apple\n',
};

/** It asks for nothing of the machine. */
function movable(literal: Readonly<Record<string, LiteralEntry>> = files): NewPackage {
	return pkg(literal, {
		arch: 'any',
		layout: {relocatable: true},
		interpreter: {path: installPath('/opt/app/bin/python3.11')},
	});
}

const said = (command: string, ...args: string[]): string =>
	execFileSync(command, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});

interface Moved {
	readonly args: readonly string[];
	/** Where the tree is to be, from the root. */
	readonly at: string;
}

const isMoved = async (t: ExecutionContext, {args, at}: Moved) => {
	const file = await pack(rpm, movable());
	t.is(said('rpm', '-qp', '--qf', '[%{PREFIXES} ]', file), '/opt/app ');
	const root = temporaryFolder();
	said('rpm', '--root', root, '--nodeps', ...args, '-i', file);
	t.is(said(join(root, at, 'bin/run')), '42\n');
	t.is(said(join(root, at, 'bin/again')), '42\n');
	t.deepEqual(readdirSync(join(root, at, 'empty')), []);
	t.is(at === 'opt/app', existsSync(join(root, 'opt/app')));
	t.is(said('rpm', '--root', root, '-V', '--nodeps', 'app'), '');
	said('rpm', '--root', root, '-e', 'app');
	t.false(existsSync(join(root, at)));
	t.false(existsSync(join(root, 'usr/share/app')));
};
withTools('rpm', 'root')('rpm installs it at its prefix', isMoved, {args: [], at: 'opt/app'});
withTools('rpm', 'root')('rpm --prefix', isMoved, {args: ['--prefix', '/srv/x'], at: 'srv/x'});
withTools('rpm', 'root')('rpm --relocate', isMoved, {
	args: ['--relocate', '/opt/app=/srv/some where/é'],
	at: 'srv/some where/é',
});

withTools('rpm', 'root')('an upgrade that is moved as well leaves nothing of the old one', async t => {
	const root = temporaryFolder();
	for (const version of ['1.0', '2.0']) {
		const one = movable({...files, [`/opt/app/lib/${version}`]: version});
		const file = await pack(rpm, {...one, metadata: {...one.metadata, version}});
		said('rpm', '--root', root, '--nodeps', '--prefix', '/srv/x', '-U', file);
	}

	t.deepEqual(readdirSync(join(root, 'srv/x/lib')).sort(), ['2.0', 'answer', 'é (1)']);
	t.is(said('rpm', '--root', root, '-V', '--nodeps', 'app'), '');
});

interface Held {
	readonly by: string;
	readonly literal?: Readonly<Record<string, LiteralEntry>>;
	readonly settings?: SettingValues;
}

const isHeld = async (t: ExecutionContext, {by, literal, settings}: Held) => {
	const held = movable({...files, ...literal});
	t.is(rpm.omits?.(held, settings), `the prefix that rpm --prefix would replace: ${by} leads to /opt/app`);
	const file = await pack(rpm, held, settings ? {settings} : {});
	const {status, stderr} = spawnSync(
		'rpm',
		['--root', temporaryFolder(), '--nodeps', '--prefix', '/srv/x', '-i', file],
		{
			encoding: 'utf8',
		},
	);
	t.is(status, 1);
	t.regex(stderr, /is not relocatable/);
};
const expose = withTools('rpm', 'root');
expose('a link on PATH keeps rpm from moving it', isHeld, {
	by: '/usr/bin/run',
	literal: {'/usr/bin/run': {link: '/opt/app/bin/run'}},
});
expose('a relative one as well', isHeld, {
	by: '/usr/bin/run',
	literal: {'/usr/bin/run': {link: '../../opt/app/bin/run'}},
});
expose('a unit as well', isHeld, {
	by: '/usr/lib/systemd/system/app.service',
	literal: {'/usr/lib/systemd/system/app.service': '[Service]\nExecStart=/opt/app/bin/run\n'},
});
expose('a large file as well, wherever it says so', isHeld, {
	by: '/usr/share/app/large',
	literal: {'/usr/share/app/large': Buffer.alloc(3_000_000, `${' '.repeat(1021)}/opt/app/`)},
});
expose('a script as well', isHeld, {by: '%post', settings: {post: 'touch /opt/app/made\n'}});
expose('a trigger as well', isHeld, {
	by: '%triggerin -- bash',
	settings: {triggers: {'triggerin -- bash': '/opt/app/bin/run\n'}},
});

withTools('rpm', 'root')('a script that asks rpm for the prefix does not', async t => {
	const settings = {post: 'echo made > "$RPM_INSTALL_PREFIX/made"\n', postun: 'rm -f "$RPM_INSTALL_PREFIX/made"\n'};
	t.is(rpm.omits?.(movable(), settings), undefined);
	t.is(said('rpm', '-qp', '--qf', '%{PREFIXES}', await pack(rpm, movable(), {settings})), '/opt/app');
});

test('documents that only people read may name it, and so may a tree that stays where it is', async t => {
	const doc = {role: 'doc', owner: {user: 'root', group: 'root'}} as const;
	const path = installPath('/usr/share/doc/app/README');
	const one = movable({...files, [path]: 'see /opt/app'});
	t.is(rpm.omits?.({...one, treatment: {...plainTreatment, marks: new Map([[path, doc]])}}), undefined);
	t.is(rpm.omits?.(pkg({'/usr/bin/run': {link: '/opt/app/bin/run'}})), undefined);
});

withTools('rpm')('a tree that stays where it is has no such tag', async t => {
	t.is(said('rpm', '-qp', '--qf', '%{PREFIXES}', await pack(rpm, pkg({'/opt/app/x': 'x'}))), '(none)');
});

withTools('rpmlint')('rpmlint minds it no more than any other', async t => {
	const messages = (one: NewPackage) => async () => {
		const {stdout} = spawnSync('rpmlint', [await pack(rpm, one)], {encoding: 'utf8'});
		return [...stdout.matchAll(/: ([EW]: \S+|[EW]: \S+)/g)].map(([, tag]) => tag).sort();
	};
	const fixed = movable();
	t.deepEqual(
		await messages(fixed)(),
		await messages({...fixed, manifest: {...fixed.manifest, layout: {relocatable: false}}})(),
	);
});

withTools('dpkg', 'root')('dpkg --instdir', async t => {
	const file = await pack(deb, movable());
	const root = temporaryFolder();
	const admin = join(root, 'admin');
	for (const folder of ['updates', 'info', 'triggers', 'parts']) {
		mkdirSync(join(admin, folder), {recursive: true});
	}

	said('sh', '-c', ': > "$0/status"; : > "$0/available"', admin);
	const at = join(root, 'srv/some where/é');
	const dpkg = (...args: string[]) =>
		said('dpkg', `--admindir=${admin}`, `--instdir=${at}`, '--force-depends', '--force-architecture', ...args);
	mkdirSync(at, {recursive: true});
	dpkg('-i', file);
	t.is(said(join(at, 'opt/app/bin/run')), '42\n');
	t.is(dpkg('-V', 'app'), '');
	dpkg('-P', 'app');
	t.false(existsSync(join(at, 'opt/app')));
});

test('a tarball has one folder, and is read back at the prefix of its packages', async t => {
	const file = await pack(tarGz, movable());
	const root = temporaryFolder();
	said('tar', '-xzf', file, '-C', root);
	t.deepEqual(readdirSync(root), ['app-1.0']);
	t.is(said(join(root, 'app-1.0/bin/run')), '42\n');
	t.is(statSync(join(root, 'app-1.0/venvpack-summary.json')).isFile(), true);
	t.is(
		tarGz.omits?.(movable()),
		'/usr/share/app/data: an archive of what may be moved holds what is in /opt/app alone',
	);
	const read = await opened(file);
	t.is(read.pkg.prefix, '/opt/app' as InstallPath);
	t.false(read.carries.outsidePrefix);
	t.deepEqual(
		read.pkg.tree.entries.filter(({kind}) => kind !== 'directory').map(({path}) => String(path)),
		['/opt/app/bin/again', '/opt/app/bin/run', '/opt/app/lib/answer', '/opt/app/lib/é (1)/x', '/opt/app/venvpack.json'],
	);
	t.is((await contentsOf(read)).get(installPath('/opt/app/bin/run'))?.toString(), program);
	// Nothing in it depends on the place, and what its manifest lists stands there.
	t.is((await opened(file, installPath('/srv/x'))).pkg.prefix, '/opt/app' as InstallPath);
});
