/** A configuration file, owners and folders through the life of a package, with the real dpkg and rpm. */
import {execFileSync, spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {formatNamed} from '../../src/formats/formats.ts';
import type {Mark} from '../../src/model/additions.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type InstallPath, installPath} from '../../src/model/paths.ts';
import {cleanRoot} from '../helpers/clean-root.ts';
import {pack} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const marks: Readonly<Record<string, Mark>> = {
	'/etc/app/app.conf': {role: 'conffile', owner: {user: 'root', group: 'adm'}},
	'/var/lib/app': {role: 'plain', owner: {user: 'daemon', group: 'adm'}},
	'/var/lib/app/state.db': {role: 'ghost', owner: {user: 'daemon', group: 'daemon'}},
};

/** It asks for nothing, so that it can be installed anywhere. */
function version(number: string, port: string): NewPackage {
	const literal = pkg(
		{
			'/etc/app/app.conf': {mode: 0o640, text: `port = ${port}\n`},
			'/opt/app/data': `${number}\n`,
			'/var/lib/app/': {mode: 0o2750},
		},
		{metadata: {version: number}, arch: 'any', interpreter: {path: installPath('/usr/local/bin/python3.11')}},
	);
	const content = {kind: 'bytes', bytes: new Uint8Array()} as const;
	const ghosts = [{kind: 'file', path: installPath('/var/lib/app/state.db'), mode: 0o600, content}] as const;
	const asMap = new Map(Object.entries(marks) as Array<[InstallPath, Mark]>);
	return {...literal, treatment: {...literal.treatment, marks: asMap, ghosts}};
}

withTools(
	'dpkg-deb',
	'debootstrap',
	'unshare',
)('dpkg: an edited configuration file stays through an upgrade and a removal, and goes with a purge', async t => {
	const root = await cleanRoot('bookworm');
	t.teardown(() => root.close());
	const names = await Promise.all(
		[version('1.0', '80'), version('2.0', '8080')].map(async one => {
			const file = await pack(formatNamed('deb'), one);
			copyFileSync(file, join(root.path, 'tmp', basename(file)));
			return `/tmp/${basename(file)}`;
		}),
	);
	const says = async (command: string) => {
		const {code, output} = await root.run(command);
		t.is(code, 0, `${command}: ${output}`);
		return output;
	};
	await says(`dpkg -i ${names[0]}`);
	const stat = "stat -c '%U:%G %a %n' /var/lib/app /etc/app/app.conf /etc/app";
	t.is(await says(stat), 'daemon:adm 2750 /var/lib/app\nroot:adm 640 /etc/app/app.conf\nroot:root 755 /etc/app');
	t.is(await says('dpkg -V app'), '');
	t.is(await says('debsums -a app | grep -v OK || true'), '');
	await says('echo "port = 9" > /etc/app/app.conf');
	await says(`dpkg --force-confdef --force-confold -i ${names[1]}`);
	t.is(await says('cat /etc/app/app.conf /opt/app/data'), 'port = 9\n2.0');
	t.is(await says('cat /etc/app/app.conf.dpkg-dist'), 'port = 8080');
	await says("echo kept > /var/lib/app/state.db; echo other > '/var/lib/app/it is'");
	await says(`dpkg --force-confdef --force-confold -i ${names[1]}`);
	await says('dpkg -r app');
	t.is(await says('cat /etc/app/app.conf /var/lib/app/*'), 'port = 9\nother\nkept', 'a ghost stays until the purge');
	await says("rm '/var/lib/app/it is'");
	await says('dpkg -P app');
	t.is(await says('ls -d /etc/app /opt/app /var/lib/app 2>/dev/null || true'), '');
});

withTools('rpm', 'root')(
	'rpm: an edited configuration file stays through an upgrade, and goes its way when the package goes',
	async t => {
		const root = mkdtempSync(join(tmpdir(), 'venvpack-rpm-'));
		t.teardown(() => rmSync(root, {recursive: true, force: true}));
		mkdirSync(join(root, 'etc'));
		writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\ndaemon:x:2:2::/:/bin/false\n');
		writeFileSync(join(root, 'etc/group'), 'root:x:0:\ndaemon:x:2:\nadm:x:4:\n');
		const rpm = (...args: readonly string[]) => {
			const {status, stdout, stderr} = spawnSync('rpm', ['--force-debian', '--root', root, ...args], {
				encoding: 'utf8',
			});
			return {status, output: `${stdout}${stderr}`};
		};
		const [first = '', second = ''] = await Promise.all(
			[version('1.0', '80'), version('2.0', '8080')].map(one => pack(formatNamed('rpm'), one)),
		);
		const at = (path: string) => join(root, path);
		t.deepEqual(rpm('-i', '--nodeps', first), {status: 0, output: ''});
		const stat = execFileSync('stat', ['-c', '%u:%g %a', at('var/lib/app'), at('etc/app/app.conf')], {
			encoding: 'utf8',
		});
		t.is(stat, '2:4 2750\n0:4 640\n');
		t.deepEqual(rpm('-V', '--nodeps', 'app'), {status: 0, output: ''});
		writeFileSync(at('etc/app/app.conf'), 'port = 9\n');
		writeFileSync(at('var/lib/app/state.db'), 'what the program wrote');
		t.regex(rpm('-V', '--nodeps', 'app').output, /^S\.5.*c \/etc\/app\/app\.conf$/m);
		t.is(rpm('-U', '--nodeps', second).status, 0);
		t.is(readFileSync(at('etc/app/app.conf'), 'utf8'), 'port = 9\n');
		t.is(readFileSync(at('etc/app/app.conf.rpmnew'), 'utf8'), 'port = 8080\n');
		t.is(rpm('-e', 'app').status, 0);
		t.is(readFileSync(at('etc/app/app.conf.rpmsave'), 'utf8'), 'port = 9\n');
		for (const path of ['etc/app/app.conf', 'opt/app', 'var/lib/app', 'var/lib/app/state.db']) {
			t.false(existsSync(at(path)), path);
		}
	},
);
