import test from 'ava';
import {explainPlan} from '../../src/config/explain.ts';
import {hello, hostOf, load, python311, type World} from './world.ts';

const explained = test.macro(async (t, world: World, python: typeof python311 | undefined) => {
	const {config, root} = await load(t, world);
	const times = {sourceDateEpoch: undefined, commit: undefined, newestMember: undefined};
	const {rows, notices} = explainPlan(config, {host: hostOf('bookworm'), python, times});
	const lines = rows.map(({key, value, origin}) => `${key} = ${JSON.stringify(value)} (${origin})`);
	t.snapshot(`${lines.join('\n')}\n${JSON.stringify(notices)}`.replaceAll(root, 'ROOT'));
});

test(
	'a project with static metadata',
	explained,
	{
		files: {
			'pyproject.toml': `${hello}[project.optional-dependencies]\nnice = []\n`,
			'uv.lock': '',
			'venvpack.toml': 'prefix = "/opt/hello/"\nformats = ["deb", "rpm", "tar.zst"]\n[deb]\nsection = "web"\n',
		},
		request: {compression: 'xz', extras: ['nice']},
	},
	python311,
);

test(
	'a project whose backend knows all, without an interpreter looked for',
	explained,
	{files: {'setup.py': ''}, request: {prefix: '/opt/hello', formats: ['dir']}},
	undefined,
);

test(
	'requirements',
	explained,
	{project: null, request: {prefix: '/opt/httpie', from: ['httpie==3.2.4'], arch: 'any', offline: true}},
	python311,
);

test('credentials are never shown', async t => {
	const text = `prefix = "/opt/x"
index-url = "https://me:\${TOKEN}@index.example.org/simple"
extra-index-urls = ["https://\${TOKEN}@other.example.org/"]
find-links = ["https://me:\${TOKEN}@x/"]
from = ["x @ git+https://\${TOKEN}@host/x"]
`;
	const files = {'pyproject.toml': hello, 'venvpack.toml': text};
	const {config} = await load(t, {files, environment: {TOKEN: 's3cret'}});
	const times = {sourceDateEpoch: '0', commit: undefined, newestMember: undefined};
	const {rows} = explainPlan(config, {host: hostOf('bookworm'), python: python311, times});
	t.notRegex(JSON.stringify(rows), /s3cret/);
	t.regex(JSON.stringify(rows), /index\.example\.org/);
});

test('a carried interpreter: what comes along, what does not, and who says so', async t => {
	const text = 'prefix = "/opt/hello"\nbundle-python = true\nkeep = ["idle"]\n';
	const files = {'pyproject.toml': hello, 'venvpack.toml': text};
	const {config} = await load(t, {files, request: {relocatable: true}});
	const times = {sourceDateEpoch: '0', commit: undefined, newestMember: undefined};
	const {rows} = explainPlan(config, {host: hostOf('bookworm'), python: python311, times});
	const said = (key: string) => rows.filter(row => row.key === key).map(({value, origin}) => [value, origin]);
	t.deepEqual(said('relocatable'), [[true, '--relocatable']]);
	t.deepEqual(said('bundle-python'), [['with /usr/bin/python3.11 (3.11.2)', 'venvpack.toml']]);
	t.deepEqual(said('bundle-libraries'), [['its shared libraries, but for those of glibc', 'default']]);
	t.deepEqual(said('keep'), [[['idle'], 'venvpack.toml']]);
	t.deepEqual(said('left out'), [[['ensurepip', 'headers', 'static', 'tests', 'turtledemo'], 'keep']]);
	t.deepEqual(said('target-python'), [['/opt/hello/bin/python3.11', 'default']]);
});
