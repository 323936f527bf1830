import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ava, {type ExecutionContext} from 'ava';
import {execa} from 'execa';
import {type CleanRoot, cleanRoot} from '../helpers/clean-root.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// `verify --rootfs` of an rpm in a root that has dnf. No rpm distribution is at hand for every test run: a Debian with
// its dnf and rpm stands in for one, and a repository with stubs built by rpmbuild for its packages. So dnf, rpm, their
// resolver and their database are the real ones; the interpreter that the stubs bring is Debian's.

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-verify-dnf-')));
let root: Promise<CleanRoot> | undefined;
ava.after.always(async () => {
	await (await root)?.close();
	rmSync(folder, {recursive: true, force: true});
});

const python = pythonOf('3.11', 'system');
const test = python
	? withTools('root', 'debootstrap', 'mount', 'unshare', 'setpriv', 'rpmbuild', 'createrepo_c', 'rpm2cpio', 'cpio')
	: withReason('python3.11');
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const example = fileURLToPath(new URL('../../examples/hello', import.meta.url));
const questions =
	'run-interpreter,run-imports,run-scripts,run-commands,run-writes,rootfs-install,rootfs-verify,rootfs-removal';

/** Where an interpreter lies that only a package of the repository brings. */
const brought = '/opt/stub-python/bin/python3.11';

function dnfRoot(): Promise<CleanRoot> {
	root ??= makeRoot();
	return root;
}

async function makeRoot(): Promise<CleanRoot> {
	const debian = await cleanRoot('bookworm');
	const install = 'apt-get install -y -qq --no-install-recommends dnf rpm';
	const {code, output} = await debian.run(install, {network: true, timeout: 600});
	if (code !== 0) {
		throw new Error(output);
	}

	const repository = join(debian.path, 'srv/repository');
	const provides = [python?.path, '/bin/sh', ...(await librariesOf(await rpmFor('/usr/bin/python3.11')))];
	await rpmbuild('stub-provides', {into: repository, header: `Provides: ${provides.join(', ')}`});
	const links = ['bin/python3.11', 'lib/python3.11'].map(
		path =>
			`mkdir -p "$(dirname %{buildroot}/opt/stub-python/${path})"\nln -s /usr/${path} %{buildroot}/opt/stub-python/${path}`,
	);
	await rpmbuild('stub-python', {into: repository, install: links.join('\n'), files: '/opt/stub-python'});
	await execa('createrepo_c', ['-q', repository]);
	mkdirSync(join(debian.path, 'etc/yum.repos.d'), {recursive: true});
	mkdirSync(join(debian.path, 'etc/rpm'), {recursive: true});
	const settings = '[stubs]\nname=stubs\nbaseurl=file:///srv/repository\ngpgcheck=0\n';
	writeFileSync(join(debian.path, 'etc/yum.repos.d/stubs.repo'), settings);
	// Debian's rpm has its database in the home of whoever calls it; an rpm distribution's has it here.
	writeFileSync(join(debian.path, 'etc/rpm/macros'), '%_dbpath /var/lib/rpm\n');
	return debian;
}

/** What it asks of the C library and of the interpreter's package: in a Debian no rpm brings them. */
async function librariesOf(rpm: string): Promise<string[]> {
	const {stdout} = await execa('rpm', ['-qp', '--requires', rpm]);
	return stdout.split('\n').filter(line => /^(?:lib\w+\.so|rtld\(|python\()/.test(line));
}

interface Spec {
	readonly into: string;
	readonly header?: string;
	readonly install?: string;
	readonly files?: string;
	/** More sections. */
	readonly scripts?: string;
}

/** Builds an rpm by rpmbuild, of its files as they are. */
async function rpmbuild(
	name: string,
	{into, header = '', install = '', files = '', scripts = ''}: Spec,
): Promise<string> {
	const spec = join(folder, `${name}.spec`);
	const text = `
%define __os_install_post %{nil}
%define _build_id_links none
Name: ${name}
Version: 1
Release: 1
Summary: Made for a test
License: MIT
AutoReqProv: no
${header}
%description
Made for a test.
%install
${install}
%files
${files}
${scripts}
`;
	writeFileSync(spec, text);
	mkdirSync(into, {recursive: true});
	const defined = Object.entries({_topdir: join(folder, 'rpmbuild'), _rpmdir: into, _rpmfilename: `${name}.rpm`});
	await execa('rpmbuild', ['-bb', ...defined.flatMap(([key, value]) => ['--define', `${key} ${value}`]), spec]);
	return join(into, `${name}.rpm`);
}

const builds = new Map<string, Promise<string>>();

/** The example as an rpm for an interpreter. */
function rpmFor(interpreter: string): Promise<string> {
	const known = builds.get(interpreter) ?? build(interpreter);
	builds.set(interpreter, known);
	return known;
}

async function build(interpreter: string): Promise<string> {
	const flags = ['--format', 'rpm', '--python', python?.path ?? '', '--target-python', interpreter, '--json'];
	const out = mkdtempSync(join(folder, 'out-'));
	const {stdout} = await execa(process.execPath, [main, 'build', example, ...flags, '--out', out]);
	return JSON.parse(stdout).artifacts[0].path;
}

/** The same tree in another rpm. */
async function rebuilt(name: string, parts: Pick<Spec, 'header' | 'scripts'>): Promise<string> {
	const tree = mkdtempSync(join(folder, 'tree-'));
	const good = await rpmFor('/usr/bin/python3.11');
	await execa('sh', ['-c', 'rpm2cpio "$1" | cpio -idm --quiet', 'sh', good], {cwd: tree});
	const install = `mkdir -p %{buildroot}\ncp -a ${tree}/opt %{buildroot}`;
	return rpmbuild(name, {into: join(folder, name), install, files: '/opt/hello', ...parts});
}

async function says(t: ExecutionContext, rpm: string): Promise<{code: number | undefined; output: string}> {
	const {path} = await dnfRoot();
	const args = [main, 'verify', rpm, '--rootfs', path, '--only', questions, '--command', 'hello-client --version'];
	const {exitCode, all} = await execa(process.execPath, args, {reject: false, all: true});
	t.log(all);
	return {code: exitCode, output: all};
}

test.serial(
	'dnf installs it from what a repository provides; it runs, rpm -V is silent, and all goes away',
	async t => {
		t.timeout(600_000);
		const {code, output} = await says(t, await rpmFor('/usr/bin/python3.11'));
		t.is(code, 0);
		t.regex(output, /imported 3 modules and started 3 scripts with \/usr\/bin\/python3\.11/);
		t.notRegex(output, /has no dnf/);
		const debian = await dnfRoot();
		t.deepEqual((await debian.run('rpm -qa; ls -d /opt/*')).output.match(/hello|stub/g), null, 'the root stays clean');
	},
);

test.serial('the interpreter that the root lacks comes with it, as a dependency', async t => {
	t.timeout(600_000);
	const {code, output} = await says(t, await rpmFor(brought));
	t.is(code, 0);
	t.regex(output, /started 3 scripts with \/opt\/stub-python\/bin\/python3\.11/);
});

test.serial('what no repository provides is told in the words of dnf', async t => {
	t.timeout(600_000);
	const {code, output} = await says(t, await rebuilt('lacking', {header: 'Requires: no-such-package'}));
	t.is(code, 1);
	t.regex(output, /ROOTFS_INSTALL_FAILED[\s\S]*nothing provides no-such-package needed by lacking-1-1/);
});

test.serial('what scriptlets change and leave is told', async t => {
	t.timeout(600_000);
	const messy = await rebuilt('messy', {
		scripts: '%post\necho "# local" >> /opt/hello/pyvenv.cfg\nmkdir /opt/hello/cache\ntouch /opt/hello/cache/x',
	});
	const {code, output} = await says(t, messy);
	t.is(code, 1);
	t.regex(output, /ROOTFS_VERIFY_FAILED[\s\S]*5\S*\s+\/opt\/hello\/pyvenv\.cfg/);
	t.regex(output, /ROOTFS_LEFTOVERS[\s\S]*\/opt\/hello: the folder is still there/);
});
