/** Triggers of an rpm: the tags that rpmbuild makes of the same lines, and what rpm does when they call. */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {rpm} from '../../src/formats/rpm/index.ts';
import {installPath} from '../../src/model/paths.ts';
import {cleanRoot} from '../helpers/clean-root.ts';
import {opened} from '../helpers/opened.ts';
import {pack, temporaryFolder, writeOptions} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

/** As a spec file has them; in the order of their kinds, so that a script has the same number here and there. */
const triggers: Readonly<Record<string, string>> = {
	'triggerin -- zsh, bash >= 1:4.2~rc1-1, dash': 'echo in\n',
	'triggerun -- bash': '#!/bin/bash\necho un\nexit 0\n',
	'triggerpostun -- old < 2, elder = 1': 'echo postun\n',
	'triggerprein -- old < 2': 'echo prein\n',
	'triggerin -- old >= 3': 'echo later\n',
	'triggerin -- old = 1': 'echo earlier\n',
	'filetriggerin -- /usr/share/b /usr/share/a': 'cat\n',
	'filetriggerun -P 100 -- /usr/share/a': 'echo away\n',
	'filetriggerpostun -- /etc/x': 'echo away\n',
	'transfiletriggerin -P 2000000 -- /usr/share/a, /x': 'cat\n',
	'transfiletriggerun -- /usr/share/a': 'cat\n',
	'transfiletriggerpostun -- /usr/share/a': 'cat\n',
};

function query(file: string, args: readonly string[]): string {
	return execFileSync('rpm', ['-qp', ...args, file], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
}

function rpmbuilt(): string {
	const top = temporaryFolder();
	const sections = Object.entries(triggers).map(([name, text]) => {
		const bash = text.startsWith('#!/bin/bash');
		return `%${bash ? name.replace(' --', ' -p /bin/bash --') : name}\n${text.replace(/^#!.*\n/, '')}\n`;
	});
	const head = 'Name: app\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\nd\n';
	mkdirSync(join(top, 'tmp'));
	writeFileSync(join(top, 'app.spec'), `${head}${sections.join('')}%files\n`);
	execFileSync('rpmbuild', ['-bb', '--define', `_topdir ${top}`, join(top, 'app.spec')], {stdio: 'pipe'});
	const [built = ''] = readdirSync(join(top, 'RPMS/noarch'));
	return join(top, 'RPMS/noarch', built);
}

withTools('rpm', 'rpmbuild')('every kind of trigger stands in an rpm as rpmbuild has it', async t => {
	const ours = await pack(rpm, pkg({'/opt/app/x': 'x\n'}), {settings: {triggers}});
	const theirs = rpmbuilt();
	const shown = (file: string) => query(file, ['--triggers', '--filetriggers']);
	t.regex(shown(ours), /^triggerin scriptlet \(using \/bin\/sh\) -- bash >= 1:4\.2~rc1-1, dash, zsh$/m);
	t.is(shown(ours), shown(theirs));
	const tags = (file: string) => query(file, ['--xml']).match(/ <rpmTag name="\w*[Tt]rigger[\s\S]*?<\/rpmTag>/g);
	t.is(tags(ours)?.length, 20);
	t.deepEqual(tags(ours), tags(theirs));
	const needs = (file: string) =>
		query(file, ['--qf', '[%{REQUIRENAME} %{REQUIREFLAGS} %{REQUIREVERSION}\\n]'])
			.split('\n')
			.filter(line => /^\/bin|Tilde/.test(line));
	t.deepEqual(needs(ours), needs(theirs));
	t.is(needs(ours).length, 3);
});

test('what reads an rpm tells of each trigger what was written', async t => {
	const ours = await opened(await pack(rpm, pkg({'/opt/app/x': 'x\n'}), {settings: {triggers}}));
	t.is(ours.declared.scripts.size, Object.keys(triggers).length);
	t.is(ours.declared.scripts.get('%triggerun -p /bin/bash -- bash'), 'echo un\nexit 0');
	t.is(ours.declared.scripts.get('%filetriggerin -- /usr/share/a, /usr/share/b'), 'cat');
});

for (const name of [
	'triggers -- bash',
	'triggerin bash',
	'triggerin -- ',
	'triggerin -- bash >= ',
	'triggerin -- /bin/sh',
	'triggerin -- (a or b)',
	'triggerin -P 5 -- bash',
	'filetriggerprein -- /usr/share/a',
	'filetriggerin -- usr/share/a',
	'transfiletriggerin -- /a, b',
	'triggerin -- bash\n%post',
]) {
	test(`no trigger: ${JSON.stringify(name)}`, async t => {
		const made = pkg({'/opt/app/x': 'x\n'});
		t.false(rpm.settings.triggers?.rule?.fits('x', name));
		const options = writeOptions(rpm, made, {settings: {triggers: {[name]: 'true\n'}}});
		t.throws(() => rpm.check(made, options), {code: 'RPM_TRIGGER_INVALID'});
	});
}

withTools(
	'rpm',
	'debootstrap',
	'unshare',
)('rpm calls them when another package and its files come and go', async t => {
	const root = await cleanRoot('bookworm');
	t.teardown(() => root.close());
	const say = (word: string) => `echo "${word} $1" >> /said\n`;
	const settings = {
		triggers: {
			'triggerin -- other >= 1': say('came'),
			'triggerun -- other': say('goes'),
			'triggerin -- other >= 9': say('never'),
			'transfiletriggerin -- /usr/share/app-plugins': 'sort >> /said\n',
			'filetriggerun -- /usr/share/app-plugins': '(echo away; sort) >> /said\n',
			'transfiletriggerpostun -- /usr/share/app-plugins': 'cat >> /said\necho files went >> /said\n',
		},
	};
	const anywhere = {arch: 'any', interpreter: {path: installPath('/usr/local/bin/python3.11')}};
	const app = await pack(rpm, pkg({'/opt/app/x': 'x\n'}, anywhere), {settings});
	const files = {'/opt/other/x': 'x\n', '/usr/share/app-plugins/a': 'a\n', '/usr/share/app-plugins/b': 'b\n'};
	const other = await pack(
		rpm,
		pkg(files, {...anywhere, prefix: installPath('/opt/other'), metadata: {name: 'other'}}),
	);
	const does = (...args: readonly string[]) => {
		const {status, stdout, stderr} = spawnSync('rpm', ['--force-debian', '--root', root.path, ...args], {
			encoding: 'utf8',
		});
		t.deepEqual([status, `${stdout}${stderr}`], [0, ''], args.join(' '));
	};
	does('-i', '--nodeps', app);
	does('-i', '--nodeps', other);
	does('-e', 'other');
	t.is(
		readFileSync(join(root.path, 'said'), 'utf8'),
		'came 1\n/usr/share/app-plugins/a\n/usr/share/app-plugins/b\naway\n/usr/share/app-plugins/a\n/usr/share/app-plugins/b\ngoes 1\nfiles went\n',
	);
});
