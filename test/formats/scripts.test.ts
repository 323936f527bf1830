import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {deb} from '../../src/formats/deb/index.ts';
import {debScripts} from '../../src/formats/deb/scripts.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {joinedScript, shellQuoted} from '../../src/formats/script-template.ts';
import {plainTreatment, type Unit} from '../../src/model/additions.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {installPath} from '../../src/model/paths.ts';
import type {Entry} from '../../src/model/tree.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const unit = (name: string, differing: Partial<Unit> = {}): Unit => ({
	...{name, path: installPath(`/usr/lib/systemd/system/${name}`), installable: true},
	...{enable: true, start: true, onUpgrade: 'restart', ...differing},
});

/** A folder where the path ends with a slash. */
const ghost = (path: string): Entry =>
	path.endsWith('/')
		? {kind: 'directory', path: installPath(path.slice(0, -1)), mode: 0o755}
		: {kind: 'file', path: installPath(path), mode: 0o600, content: {kind: 'bytes', bytes: new Uint8Array()}};

/** Something of everything that asks for a script. */
function everything(): NewPackage {
	const made = pkg({
		'/usr/lib/sysusers.d/app.conf': 'u app - "App" /var/lib/app\n',
		'/usr/lib/tmpfiles.d/app.conf': 'd /run/app\n',
		"/etc/app/it's.conf": 'x\n',
	});
	const owner = {user: 'root', group: 'app'};
	const treatment = {
		...plainTreatment,
		marks: new Map([[installPath("/etc/app/it's.conf"), {role: 'conffile', owner} as const]]),
		units: [
			unit('app.socket', {onUpgrade: 'nothing'}),
			unit('app.service', {onUpgrade: 'reload'}),
			unit('off.service', {enable: false, start: false}),
			unit('once.service', {enable: false, start: false, installable: false, onUpgrade: 'nothing'}),
			unit('app.timer'),
			unit('many@.service'),
		],
		accounts: [{name: 'app', description: "it's: mine", home: '/var/lib/app'}],
		purged: [installPath('/var/lib/app')],
		ghosts: [ghost('/var/cache/app/'), ghost("/var/lib/it's.db")],
	};
	return {...made, treatment};
}

test('a package that needs no script has none', t => {
	t.is(debScripts(pkg({'/opt/app/x': 'x\n'}), {}).size, 0);
});

for (const shell of ['dash', 'bash', 'busybox']) {
	withTools(shell)(`${shell} reads every script`, t => {
		for (const [name, text] of debScripts(everything(), {})) {
			t.notThrows(() => read(shell, text), name);
		}
	});
}

function read(shell: string, text: string): void {
	execFileSync(shell, [...(shell === 'busybox' ? ['sh'] : []), '-n'], {input: text, stdio: 'pipe'});
}

test('what may be enabled is kept track of, what a timer starts is not, a template is left alone', t => {
	const scripts = debScripts(everything(), {});
	const postinst = scripts.get('postinst') ?? '';
	t.regex(postinst, /systemd-sysusers .* app\.conf\n/);
	t.regex(postinst, /systemd-tmpfiles .* --create app\.conf /);
	t.regex(postinst, /for unit in app\.socket app\.service app\.timer; do/);
	t.regex(postinst, /for unit in off\.service; do/);
	t.regex(postinst, /chown -h root:app "\$\{DPKG_ROOT:-\}"'\/etc\/app\/it'\\''s\.conf'/);
	t.regex(scripts.get('postrm') ?? '', /deb-systemd-helper purge app\.socket app\.service off\.service app\.timer /);
	t.false([...scripts.values()].some(text => text.includes('many@') || text.includes('ldconfig')));
});

test('a purge removes files that are ghosts, and nothing but a purge does', t => {
	const made = pkg({'/opt/app/x': 'x\n'});
	const files = [ghost('/var/cache/app/'), ghost('/var/lib/a.db')];
	const alone = debScripts({...made, treatment: {...plainTreatment, ghosts: files}}, {});
	t.deepEqual([...alone.keys()], ['postrm']);
	t.is(
		alone.get('postrm'),
		[
			...['#!/bin/sh', 'set -e', 'if [ "$1" = purge ]; then'],
			...['\t# What the package declares that its programs make.', '\tfor file in /var/lib/a.db; do'],
			...[`\t\trm -f "\${DPKG_ROOT:-}$file"`, '\tdone', 'fi', ''],
		].join('\n'),
	);
	t.is(debScripts({...made, treatment: {...plainTreatment, ghosts: files.slice(0, 1)}}, {}).size, 0);
});

withTools('dash')('a unit that leaves nothing behind has a postrm without a purge', t => {
	const units = [unit('once.service', {enable: false, start: false, installable: false})];
	const scripts = debScripts({...pkg({'/opt/app/x': 'x\n'}), treatment: {...plainTreatment, units}}, {});
	const postrm = scripts.get('postrm') ?? '';
	t.notThrows(() => read('dash', postrm));
	t.regex(postrm, /daemon-reload/);
	t.notRegex(postrm, /purge/);
});

test("the user's lines stand where the script has its mark, else apart in a subshell", t => {
	const generated = 'generated\n';
	t.is(
		joinedScript({generated, own: '#!/bin/sh\nset -e\na\n#DEBHELPER#\nb\n', ownFirst: false}),
		'#!/bin/sh\nset -e\na\ngenerated\nb\n',
	);
	t.is(
		joinedScript({generated, own: '#!/bin/bash\nexit 0\n', ownFirst: false}),
		'#!/bin/bash\nset -e\ngenerated\n\n(\nexit 0\n)\n',
	);
	t.is(joinedScript({generated, own: 'exit 0\n', ownFirst: true}), '#!/bin/sh\nset -e\n(\nexit 0\n)\n\ngenerated\n');
	t.is(joinedScript({generated: '', own: '#!/bin/sh\nx\n', ownFirst: true}), '#!/bin/sh\nx\n');
	t.is(joinedScript({generated: '', own: '', ownFirst: true}), '');
});

test('words of a shell are themselves', t => {
	const words = ["it's", 'a b', '$x', '`y`', 'plain/path-1.0', '', '*'];
	const said = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${shellQuoted(words)}`], {encoding: 'utf8'});
	t.deepEqual(said.split('\n').slice(0, -1), words);
});

withTools('dpkg-deb')('the scripts of a deb may be run, and its triggers are one a line', async t => {
	const file = await pack(deb, everything(), {
		settings: {preinst: '#!/bin/sh\ntrue\n', triggers: ['interest-noawait /usr/share/x', 'activate-noawait y']},
	});
	const control = temporaryFolder();
	execFileSync('dpkg-deb', ['-e', file, control]);
	const modes = execFileSync('find', [control, '-name', 'p*', '-printf', '%f %m\\n'], {encoding: 'utf8'});
	t.deepEqual(modes.trim().split('\n').sort(), ['postinst 755', 'postrm 755', 'preinst 755', 'prerm 755']);
	t.is(
		execFileSync('dpkg-deb', ['-I', file, 'triggers'], {encoding: 'utf8'}),
		'interest-noawait /usr/share/x\nactivate-noawait y\n',
	);
});

const names = ['pretrans', 'pre', 'post', 'preun', 'postun', 'posttrans'];

withTools('rpm', 'rpmbuild')('scripts and what runs them stand in an rpm as rpmbuild has them', async t => {
	const text = (name: string) => `${name === 'postun' ? '#!/bin/bash\n' : ''}echo ${name}\n`;
	const settings = Object.fromEntries(names.map(name => [name, text(name)]));
	const ours = await pack(rpm, pkg({'/opt/app/x': 'x\n'}), {settings});
	const top = temporaryFolder();
	const sections = names.map(name => `%${name}${name === 'postun' ? ' -p /bin/bash' : ''}\necho ${name}\n`);
	const spec = `Name: app\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\nd\n${sections.join('')}%files\n`;
	mkdirSync(join(top, 'tmp'));
	writeFileSync(join(top, 'app.spec'), spec);
	execFileSync('rpmbuild', ['-bb', '--define', `_topdir ${top}`, join(top, 'app.spec')], {stdio: 'pipe'});
	const [built = ''] = readdirSync(join(top, 'RPMS/noarch'));
	const theirs = join(top, 'RPMS/noarch', built);
	const scripts = (file: string) => query(file, ['--scripts']);
	const needs = (file: string) =>
		query(file, ['--qf', '[%{REQUIRENAME} %{REQUIREFLAGS}\\n]'])
			.split('\n')
			.filter(line => line.startsWith('/bin/'));
	t.is(scripts(ours), scripts(theirs));
	t.deepEqual(needs(ours).sort(), needs(theirs).sort());
});

withTools('rpm')('an rpm whose files belong to its account makes it before they are unpacked', async t => {
	const file = await pack(rpm, everything());
	t.regex(
		query(file, ['--scripts']),
		/preinstall scriptlet .*\n(?:.*\n)*getent group app >\/dev\/null \|\| groupadd -r app\n/,
	);
	t.regex(query(file, ['--qf', '[%{REQUIRENAME} %{REQUIREFLAGS:deptype}\\n]']), /^\/usr\/sbin\/useradd pre$/m);
});

function query(file: string, args: readonly string[]): string {
	return execFileSync('rpm', ['-qp', ...args, file], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
}
