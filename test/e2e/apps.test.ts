import {createHash} from 'node:crypto';
import {createReadStream, mkdtempSync, rmSync} from 'node:fs';
import {copyFile} from 'node:fs/promises';
import {homedir, tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ava, {type ExecutionContext} from 'ava';
import {execa} from 'execa';
import {type CleanRoot, cleanRoot} from '../helpers/clean-root.ts';
import {pythons, withTools} from '../helpers/tools.ts';

// Two applications that people run, from the index, with pinned requirements: one of pure Python with many console
// scripts, one with a web server that is compiled on the spot. Each is built with every CPython 3.11 that is here, and
// installed where nothing of this machine can be seen.

interface Application {
	readonly name: string;
	readonly version: string;
	/** Debian packages that its own shared libraries want. */
	readonly needs: readonly string[];
	readonly imports: readonly string[];
	readonly commands: readonly string[];
}

const applications: readonly Application[] = [
	{
		name: 'datasette',
		version: '0.65.5',
		needs: [],
		imports: ['datasette.app', 'uvicorn', 'asgi_csrf'],
		commands: ['datasette --version', 'datasette plugins --all', 'datasette --memory --get /-/versions.json'],
	},
	{
		name: 'webstack',
		version: '5.2.19',
		needs: ['libpython3.11', 'libxml2'],
		imports: ['django', 'psycopg.pq', 'lxml.etree', 'PIL._imaging'],
		commands: ['django-admin --version', 'uwsgi --version', 'gunicorn --version'],
	},
];

const formats = ['deb', 'rpm', 'tar.zst'] as const;
type Format = (typeof formats)[number];
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'venvpack-apps-'));
ava.after.always(() => rmSync(scratch, {recursive: true, force: true}));

const builders = pythons().filter(python => python.minor === '3.11');
const test = withTools('root', 'debootstrap', 'unshare', 'mount', 'rpm', 'gcc', 'zstd');

for (const application of applications) {
	for (const python of builders) {
		const title = `${application.name}, built with ${python.path}`;
		test.serial(`${title}: correct where it lands, in every format`, async t => {
			t.timeout(900_000);
			const artifacts = await build(t, application, python.path);
			for (const format of formats) {
				await judge(t, application, artifacts[format], format);
			}

			await tellsNothing(t, artifacts['tar.zst'], python.path);
		});
	}
}

async function build(
	t: ExecutionContext,
	{name, version}: Application,
	python: string,
): Promise<Record<Format, string>> {
	const out = mkdtempSync(join(scratch, 'out-'));
	const lock = fileURLToPath(new URL(`../fixtures/apps/${name}.txt`, import.meta.url));
	const args = ['build', '-r', lock, '--name', name, '--version', version, '--prefix', `/opt/${name}`];
	const flags = ['--format', formats.join(','), '--python', python, '--out', out, '--target', 'debian-12', '--json'];
	const {stdout} = await execa(process.execPath, [main, ...args, ...flags]);
	const {artifacts} = JSON.parse(stdout) as {artifacts: Array<{format: string; path: string; sha256: string}>};
	for (const {path, sha256} of artifacts) {
		t.is(await sha256Of(path), sha256);
	}

	const pathOf = (format: Format) => artifacts.find(artifact => artifact.format === format)?.path ?? '';
	return {deb: pathOf('deb'), rpm: pathOf('rpm'), 'tar.zst': pathOf('tar.zst')};
}

async function judge(t: ExecutionContext, application: Application, artifact: string, format: string): Promise<void> {
	const debian = await cleanRoot('bookworm');
	try {
		await install(t, debian, application, artifact, format);
		await runs(t, debian, application);
		if (format === 'deb') {
			t.is(await does(t, debian, `dpkg -V ${application.name}`), '');
			t.is(await does(t, debian, `debsums -a -s ${application.name}`), '');
			await does(t, debian, `dpkg --purge ${application.name} && ! test -e /opt/${application.name}`);
		} else if (format === 'rpm') {
			const call = (...args: string[]) => execa('rpm', ['--root', debian.path, ...args], {reject: false});
			t.is((await call('--nodeps', '-V', application.name)).stdout, '');
			await call('--nodeps', '-e', application.name);
			await does(t, debian, `! test -e /opt/${application.name}`);
		}
	} finally {
		await debian.close();
	}
}

async function install(
	t: ExecutionContext,
	debian: CleanRoot,
	{needs}: Application,
	artifact: string,
	format: string,
): Promise<void> {
	const libraries = format === 'deb' ? needs : ['python3.11', ...needs];
	if (libraries.length > 0) {
		await does(t, debian, `apt-get install -y -qq --no-install-recommends ${libraries.join(' ')}`, true);
	}

	if (format === 'deb') {
		await copyFile(artifact, join(debian.path, 'tmp', basename(artifact)));
		await does(t, debian, `apt-get install -y -qq --no-install-recommends /tmp/${basename(artifact)}`, true);
	} else if (format === 'rpm') {
		await execa('rpm', ['--root', debian.path, '-i', '--nodeps', artifact]);
	} else {
		await execa('tar', ['-C', debian.path, '-xpf', artifact]);
	}
}

/** Everything starts, finds itself, and writes nothing into the tree. */
async function runs(t: ExecutionContext, debian: CleanRoot, {name, imports, commands}: Application): Promise<void> {
	const prefix = `/opt/${name}`;
	const listing = `find ${prefix} ! -type d -printf '%p %m %T@ %s\\n' | sort`;
	const before = await does(t, debian, listing);
	const where = 'import sys; print(sys.prefix, sys.base_prefix, sys.executable)';
	t.is((await does(t, debian, `${prefix}/bin/python -c '${where}'`)).trim(), `${prefix} /usr ${prefix}/bin/python`);
	for (const module of imports) {
		await does(t, debian, `${prefix}/bin/python -c 'import ${module}'`);
	}

	for (const command of commands) {
		await does(t, debian, `cd /tmp && ${prefix}/bin/${command}`);
	}

	const audit = `${prefix}/bin/python - <<'END'\n${recordAudit}\nEND`;
	t.is(await does(t, debian, audit), '', 'RECORD');
	t.is(await does(t, debian, listing), before, 'the tree after running');
}

/** What importlib.metadata says of every file of every distribution, against the file. */
const recordAudit = `
import base64, hashlib, importlib.metadata, sys
for distribution in importlib.metadata.distributions(path=[p for p in sys.path if p.startswith(sys.prefix)]):
    for file in distribution.files:
        path = file.locate()
        if not path.exists():
            print(distribution.name, file, "is absent")
        elif file.hash:
            digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
                print(distribution.name, file, "has another hash")
`.trim();

/** No byte of the unpacked tree names this machine's folders, looked for by grep, which knows nothing of venvpack. */
async function tellsNothing(t: ExecutionContext, tarball: string, python: string): Promise<void> {
	const tree = mkdtempSync(join(scratch, 'tree-'));
	await execa('tar', ['-C', tree, '-xf', tarball]);
	const origin = dirname(dirname(python));
	const secrets = [scratch, join(homedir(), '.cache'), ...(['/usr', '/usr/local'].includes(origin) ? [] : [origin])];
	for (const secret of secrets) {
		const {stdout} = await execa('grep', ['-rlF', '--', secret, tree], {reject: false});
		t.is(stdout, '', secret);
	}
}

async function does(t: ExecutionContext, debian: CleanRoot, command: string, network = false): Promise<string> {
	const {code, output} = await debian.run(command, {network, timeout: 300});
	t.is(code, 0, `${command}\n${output}`);
	return output;
}

async function sha256Of(file: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file)) {
		hash.update(chunk as Buffer);
	}

	return hash.digest('hex');
}
