import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {builder, type Place, place, withBuilder} from '../helpers/built.ts';
import {type CleanRoot, cleanRoot} from '../helpers/clean-root.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// The configuration of docs/how-to/services.md, built and lived through with the real dpkg, rpm and systemd's own tools.

const test = await withBuilder('root', 'debootstrap', 'rpm', 'dpkg-deb');
const page = readFileSync(new URL('../../docs/how-to/services.md', import.meta.url), 'utf8');
/** The whole configuration of the page, but for the key, which the tests of signatures have. */
const configuration = (/```toml\n(.*?)```/s.exec(page)?.[1] ?? '').replace(/\n\[sign\].*/s, '\n');

interface Variant {
	readonly version: string;
	readonly more?: string;
	readonly scripts?: Readonly<Record<string, string>>;
}

/** Builds a version of the greeter, as deb and rpm. */
async function build({run, write, here}: Place, t: ExecutionContext, {version, more = '', scripts = {}}: Variant) {
	const points = '[console_scripts]\ngreeter = greeter:main\ngreeter-admin = greeter:main\n';
	const code = 'import sys\n\n\ndef main():\n    print("greetings", *sys.argv[1:])\n';
	const options = {name: 'greeter', version};
	const info = `greeter-${version}.dist-info`;
	write(
		`wheels/${wheelName(options)}`,
		wheelBytes({...options, files: {'greeter.py': code, [`${info}/entry_points.txt`]: points}}),
	);
	write('deploy/greeter.conf', 'greeting = "hello"\n');
	for (const [name, text] of Object.entries(scripts)) {
		write(`packaging/${name}`, text);
	}

	const top = `version = "${version}"\nfrom = ["greeter==${version}"]\nfind-links = ["wheels"]\noffline = true\n`;
	write('venvpack.toml', `${top}python = "${builder?.path}"\n${configuration}${more}`);
	const said = await run(['build', '.', '--quiet', '--out', 'out']);
	t.is(said.code, 0, said.stderr);
	return join(here, 'out');
}

/** Stands in for a systemd that runs: notes what it is asked, and makes links as the real one does. */
const standIn = `#!/bin/sh
case $1 in
--root=*) exec /usr/bin/systemctl.real "$@" ;;
esac
echo "$*" >> /tmp/asked
case "$*" in *is-enabled*) echo enabled ;; esac
`;

async function root(t: ExecutionContext, packages: string): Promise<CleanRoot> {
	const own = await cleanRoot('bookworm', {
		packages: ['systemd', 'python3', 'rpm'],
		bound: {'/srv/packages': packages},
	});
	t.teardown(() => own.close());
	await own.run(`mkdir -p /run/systemd/system; mv /usr/bin/systemctl /usr/bin/systemctl.real
cat > /usr/bin/systemctl <<'END'
${standIn}END
chmod 755 /usr/bin/systemctl; : > /tmp/asked`);
	return own;
}

/** What systemctl was asked since the last time, questions left out. */
async function asked({run}: CleanRoot): Promise<string[]> {
	const {output} = await run('cat /tmp/asked; : > /tmp/asked');
	return output.split('\n').filter(line => line !== '' && !/is-enabled|is-active/.test(line));
}

// /opt is no folder of any package, and goes with the last one in it.
const places = '/etc /usr /var/lib /var/cache /opt';
const look = async ({run}: CleanRoot) => {
	const pruned = '-path /var/lib/dpkg -o -path /usr/share/mime';
	const {output} = await run(`find ${places} -xdev \\( ${pruned} \\) -prune -o -print 2>/dev/null | sort`);
	return output.split('\n');
};

test.serial('a deb with services lives from its installation to its purge as Policy has it', async t => {
	t.timeout(600_000);
	const own = await place(t);
	await build(own, t, {version: '1.0'});
	await build(own, t, {version: '2.0'});
	const once = '#!/bin/sh\nif [ "$1" = upgrade ]; then echo "not now" >&2; exit 1; fi\n';
	await build(own, t, {
		...{version: '3.0', scripts: {preinst: once}},
		more: '[deb]\npreinst = "packaging/preinst"\n',
	});
	const broken = '#!/bin/sh\nif [ "$1" = configure ]; then exit 1; fi\n';
	await build(own, t, {
		...{version: '4.0', scripts: {postinst: broken}},
		more: '[deb]\npostinst = "packaging/postinst"\n',
	});
	const inside = await root(t, join(own.here, 'out'));
	const {run} = inside;
	const dpkg = (version: string) => run(`dpkg --force-depends -i /srv/packages/greeter_${version}-1_all.deb`);
	const status = async () => (await run("dpkg -s greeter | sed -n 's/^Status: //p; s/^Version: //p' | xargs")).output;
	const before = await look(inside);

	t.is((await dpkg('1.0')).code, 0);
	t.regex((await run('getent passwd greeter')).output, /:\/var\/lib\/greeter:\/usr\/sbin\/nologin$/);
	t.is((await run('readlink /usr/bin/greeter-admin')).output, '/opt/greeter/bin/greeter-admin');
	t.is((await run('greeter-admin x')).output, 'greetings x');
	const readable = 'stat -c "%a %U:%G" /etc/greeter/greeter.conf';
	t.is((await run(readable)).output, '640 root:greeter');
	const links = 'find /etc/systemd/system -name "greeter*" -printf "%P\\n" | sort';
	const enabled = 'sockets.target.wants/greeter.socket\ntimers.target.wants/greeter-cleanup.timer';
	t.is((await run(links)).output, enabled);
	t.deepEqual(await asked(inside), [
		'--system daemon-reload',
		'--quiet --system start greeter.socket greeter-cleanup.timer',
	]);
	const verified = await run('/usr/bin/systemd-analyze verify /usr/lib/systemd/system/greeter*');
	t.deepEqual(verified, {code: 0, output: ''});
	const rated = await run('systemd-analyze security --offline=true /usr/lib/systemd/system/greeter.service');
	t.regex(rated.output, /Overall exposure level for greeter.service: 1\.\d OK/);

	// The same again, the next one, and the one before.
	for (const version of ['1.0', '2.0', '1.0']) {
		t.is((await dpkg(version)).code, 0);
		t.is(await status(), `install ok installed ${version}-1`);
		t.deepEqual(await asked(inside), [
			'--system daemon-reload',
			'--quiet --system restart greeter-cleanup.timer',
			'try-restart greeter.service',
			'--quiet --system start greeter.socket',
		]);
	}

	// What an administrator changed stays.
	await run('rm /etc/systemd/system/sockets.target.wants/greeter.socket; echo own >> /etc/greeter/greeter.conf');
	t.is((await dpkg('2.0')).code, 0);
	t.is((await run(links)).output, 'timers.target.wants/greeter-cleanup.timer');
	t.is((await run('tail -n 1 /etc/greeter/greeter.conf')).output, 'own');
	t.is((await run(readable)).output, '640 root:greeter');

	// A version that refuses leaves the one before.
	t.is((await dpkg('3.0')).code, 1);
	t.is(await status(), 'install ok installed 2.0-1');
	t.is((await run('greeter-admin y')).output, 'greetings y');
	await asked(inside);

	// One that breaks can be replaced.
	t.is((await dpkg('4.0')).code, 1);
	t.regex(await status(), /half-configured/);
	t.is((await dpkg('2.0')).code, 0);
	t.is(await status(), 'install ok installed 2.0-1');
	await asked(inside);

	await run(
		'mkdir -p /var/lib/greeter; touch /var/lib/greeter/data /var/lib/systemd/timers/stamp-greeter-cleanup.timer',
	);
	t.is((await run('dpkg -r greeter')).code, 0);
	t.deepEqual(await asked(inside), [
		'stop greeter.socket greeter.service greeter-cleanup.service greeter-cleanup.timer',
		'--system daemon-reload',
	]);
	t.is((await run('cat /etc/greeter/greeter.conf /var/lib/greeter/data')).code, 0);
	t.is((await run('dpkg -P greeter')).code, 0);
	const after = await look(inside);
	t.deepEqual(
		after.filter(path => !before.includes(path)),
		[],
		'the account stays, and nothing else',
	);
	t.is((await run('getent passwd greeter')).code, 0);
});

test.serial('a deb with services is installed and goes where systemd does not run', async t => {
	const own = await place(t);
	const inside = await root(t, await build(own, t, {version: '1.0'}));
	await inside.run('rm -rf /run/systemd');
	const deb = '/srv/packages/greeter_1.0-1_all.deb';
	for (const command of [`dpkg --force-depends -i ${deb}`, `dpkg --force-depends -i ${deb}`, 'dpkg -P greeter']) {
		const {code, output} = await inside.run(command);
		t.is(code, 0, output);
	}

	t.deepEqual(await asked(inside), []);
});

test.serial('an rpm with services is installed, upgraded and removed', async t => {
	const own = await place(t);
	await build(own, t, {version: '1.0'});
	const packages = await build(own, t, {version: '2.0'});
	const inside = await root(t, packages);
	t.deepEqual(readdirSync(packages).filter(name => name.endsWith('.rpm')).length, 2);
	const rpm = (command: string) => inside.run(`rpm ${command}`);
	await rpm('--initdb');
	t.is((await rpm('-i --nodeps /srv/packages/greeter-1.0*.rpm')).code, 0);
	t.is((await inside.run('stat -c "%a %U:%G" /etc/greeter/greeter.conf')).output, '640 root:greeter');
	t.deepEqual(await asked(inside), ['--no-reload preset greeter.socket greeter-cleanup.timer']);
	for (const step of ['-U', '-U --oldpackage', '-U']) {
		const version = step.includes('old') ? '1.0' : '2.0';
		t.is((await rpm(`${step} --nodeps /srv/packages/greeter-${version}*.rpm`)).code, 0);
		t.deepEqual(await asked(inside), ['daemon-reload', 'try-restart greeter.service greeter-cleanup.timer']);
	}

	t.is((await rpm('-e greeter')).code, 0);
	t.deepEqual(await asked(inside), [
		'--no-reload disable greeter.socket greeter-cleanup.timer',
		'stop greeter.socket greeter.service greeter-cleanup.service greeter-cleanup.timer',
	]);
});
