/** Builds with [[files]] and [[folders]]: in every format, verified, built again; and what only a build can refuse. */
import {mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {FindingsError, InputError} from '../../src/model/errors.ts';
import type {Event} from '../../src/model/events.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import {build} from '../../src/operations/build.ts';
import type {Context} from '../../src/operations/context.ts';
import {reproduce} from '../../src/operations/reproduce.ts';
import {verify} from '../../src/operations/verify.ts';
import {writeProject} from '../helpers/project.ts';
import {pythonOf, pythons, withReason} from '../helpers/tools.ts';
import {uvFolder} from '../helpers/uv.ts';

const python = pythonOf('3.11') ?? pythons().at(-1);
const uv = await uvFolder();
const test = withReason([...(python ? [] : ['python3.11']), ...(uv === undefined ? ['uv'] : [])].join(', '));

interface Bench {
	readonly project: HostPath;
	readonly context: Context;
	readonly events: Event[];
	/** The artifacts by their format. */
	made(formats: readonly string[]): Promise<Readonly<Record<string, HostPath>>>;
}

function bench(t: ExecutionContext, tables: string, more: Readonly<Record<string, string>> = {}): Bench {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-added-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	const files = {
		'venvpack.toml': `maintainer = "Jo Doe <jo@example.org>"\n${tables}`,
		'app.conf': 'port = 80\n',
		...more,
	};
	const project = hostPath(writeProject(join(base, 'src'), {files}));
	const events: Event[] = [];
	const context: Context = {
		listener: event => void events.push(event),
		environment: {PATH: [uv, process.env.PATH].join(delimiter), HOME: base, VENVPACK_CACHE_DIR: join(base, 'cache')},
		version: '1.2.3',
	};
	return {
		project,
		context,
		events,
		async made(formats) {
			const request = {
				project,
				formats,
				prefix: '/opt/hello',
				python: python?.path ?? '',
				out: hostPath(join(base, 'dist')),
			};
			const {artifacts} = await build(request, context);
			return Object.fromEntries(artifacts.map(({format, path}) => [format, path]));
		},
	};
}

const tables = `
[[files]]
source = "app.conf"
path = "/etc/hello/app.conf"
mode = "0640"
group = "adm"

[[files]]
source = "app.conf"
path = "/usr/share/hello/for-rpm"
formats = ["rpm"]

[[files]]
type = "ghost"
path = "/var/lib/hello/state"

[[folders]]
path = "/var/lib/hello"
owner = "daemon"

[deb]
name = "hello-deb"
fields = {Bugs = "https://example.org/bugs"}

[rpm]
summary = "Hello on rpm"
`;

test('every format of a package with files is verified clean, and built again byte for byte', async t => {
	const {project, context, events, made} = bench(t, tables);
	const artifacts = await made(['deb', 'rpm', 'tar.gz', 'dir']);
	t.deepEqual(
		events.flatMap(event => (event.kind === 'note' && event.message.startsWith('dir ') ? [event.message] : [])),
		['dir leaves out /etc/hello/app.conf: a folder holds what is in /opt/hello alone'],
	);
	for (const [format, artifact] of Object.entries(artifacts)) {
		const {findings} = await verify({artifact}, context);
		t.deepEqual(
			findings.filter(({severity}) => severity === 'error'),
			[],
			format,
		);
		const found = await reproduce({artifact, project}, context);
		t.true(found.identical, `${format}: ${found.layer} ${JSON.stringify(found.comparison)}`);
	}
});

test('a file of the project that differs by now is named', async t => {
	const {project, context, made} = bench(t, tables);
	const {deb = ''} = await made(['deb']);
	writeFileSync(join(project, 'app.conf'), 'port = 81\n');
	const {identical, comparison} = await reproduce({artifact: deb, project}, context);
	t.false(identical);
	t.deepEqual(
		comparison?.files.map(({kind, path}) => `${kind} ${path}`),
		['changed /etc/hello/app.conf'],
	);
	rmSync(join(project, 'app.conf'));
	await t.throwsAsync(reproduce({artifact: deb, project}, context), {
		instanceOf: InputError,
		code: 'FILE_SOURCE_MISSING',
	});
});

const one = (path: string, more = '') => `[[files]]\nsource = "app.conf"\npath = "${path}"\n${more}\n`;

const refused: Readonly<Record<string, readonly [tables: string, code: string]>> = {
	'an owner that nobody makes': [one('/etc/hello.conf', 'owner = "postgres"'), 'OWNER_UNKNOWN'],
	'a place that the environment has': [one('/opt/hello/bin/activate'), 'PLACE_OCCUPIED'],
	'a place below a link of the environment': [one('/opt/hello/bin/python/x'), 'PLACE_OCCUPIED'],
	'a folder of the environment': ['[[folders]]\npath = "/opt/hello/bin"\nmode = "0700"', 'PLACE_OCCUPIED'],
};

for (const [title, [text, code]] of Object.entries(refused)) {
	test(`refused: ${title}`, async t => {
		await t.throwsAsync(bench(t, text).made(['deb']), {instanceOf: InputError, code});
	});
}

test('a private key is refused, unless it is known', async t => {
	const body =
		'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDu';
	const key = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
	const more = {'app.conf': key};
	const error = await t.throwsAsync(bench(t, one('/etc/hello.key'), more).made(['deb']), {instanceOf: FindingsError});
	t.deepEqual(
		error?.findings.map(finding => finding.code),
		['SECRET_PRIVATE_KEY'],
	);
	const allowed = `allow-leaks = ["/etc/hello.key"]\n${one('/etc/hello.key')}`;
	await t.notThrowsAsync(bench(t, allowed, more).made(['deb']));
});

test('a path of this machine in a file is refused', async t => {
	const at = bench(t, one('/etc/hello.conf'));
	writeFileSync(join(at.project, 'app.conf'), `log = ${at.context.environment.HOME}/log\n`);
	await t.throwsAsync(at.made(['deb']), {instanceOf: FindingsError, code: 'LEAK_FOUND'});
});
