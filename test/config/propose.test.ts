import {writeFileSync} from 'node:fs';
import test from 'ava';
import {loadConfig, sectionsOf} from '../../src/config/load.ts';
import {type Proposal, proposeConfig} from '../../src/config/propose.ts';

import {folder, formats, hello, refusalOf} from './world.ts';

const sections = sectionsOf(formats);
const into = (file: 'venvpack.toml' | 'pyproject.toml') => ({into: file, sections});

/** Every comment that is a line of TOML, taken out of its comment. */
const uncommented = (text: string) => text.replaceAll(/^# (?=[\w-]+ = |\[)/gm, '');

test('a project', t => {
	const root = folder(t, {'pyproject.toml': hello});
	const {file, text} = proposeConfig(root, into('venvpack.toml'));
	t.is(file.replace(root, ''), '/venvpack.toml');
	t.snapshot(text);
});

test('a table in pyproject.toml goes after what stands there', t => {
	const root = folder(t, {'pyproject.toml': hello.trimEnd()});
	const {text} = proposeConfig(root, into('pyproject.toml'));
	t.true(text.startsWith(`${hello}\n[tool.venvpack]\n`));
	t.regex(text, /\n# \[tool\.venvpack\.deb\]\n/);
	t.regex(text, /\n# \[\[tool\.venvpack\.hooks\]\]\n/);
});

test('requirements without a project', t => {
	const root = folder(t, {'requirements.txt': ''});
	const {text} = proposeConfig(root, into('venvpack.toml'));
	t.regex(text, /\nrequirements = \["requirements.txt"\]\n/);
	t.regex(text, /\nversion = "1.0"\n/);
});

for (const file of ['venvpack.toml', 'pyproject.toml'] as const) {
	test(`what is written into ${file} can be read, as it is and with every line taken out of its comment`, async t => {
		const root = folder(t, {'pyproject.toml': hello, 'uv.lock': ''});
		const proposal: Proposal = proposeConfig(root, into(file));
		const read = async (text: string) => {
			writeFileSync(proposal.file, text);
			return loadConfig({project: root}, {formats, environment: {}, cwd: root});
		};
		t.is<string, string>((await read(proposal.text)).prefix, '/opt/hello');
		// The example requirements do not go with the example lock.
		const all = uncommented(proposal.text).replaceAll(/^(?:from|requirements) = .*\n/gm, '');
		const config = await read(all);
		const words = ['python', '-m', 'app.collect_static'];
		t.deepEqual(config.values.hooks, [{command: words, written: words}]);
		t.is(config.values.maintainer, 'Jane Doe <jane@example.org>');
		t.is(config.sections.deb?.origins.section, file === 'venvpack.toml' ? file : '[tool.venvpack]');
	});
}

const refused = test.macro(async (t, files: Readonly<Record<string, string>>, expected: string) => {
	t.is(await refusalOf(t, root => proposeConfig(root, into('venvpack.toml')), files), expected);
});
const edit = 'edit it, or take it away first; venvpack explain shows what it comes to';
test(
	'never overwrites a venvpack.toml',
	refused,
	{'pyproject.toml': hello, 'venvpack.toml': ''},
	`ROOT/venvpack.toml already configures venvpack\n→ ${edit}\n[CONFIG_EXISTS]`,
);
test(
	'nor a [tool.venvpack]',
	refused,
	{'pyproject.toml': '[tool.venvpack]\n'},
	`ROOT/pyproject.toml already configures venvpack\n→ ${edit}\n[CONFIG_EXISTS]`,
);
test(
	'has nothing to say about an empty folder',
	refused,
	{},
	"ROOT has no pyproject.toml and no setup.py: it is no project\n→ name the project's folder, or a requirement with --from, such as --from 'httpie==3.2.4'\n[NO_PROJECT]",
);

test('a folder whose name is no package name', t => {
	const root = folder(t, {'My App!/requirements.txt': ''});
	const {text} = proposeConfig(`${root}/My App!` as typeof root, into('venvpack.toml'));
	t.regex(text, /\nprefix = "\/opt\/my-app"\n/);
});
