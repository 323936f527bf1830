import test from 'ava';
import {readProject} from '../../src/config/project.ts';
import {folder} from './world.ts';

test('what [project] states', t => {
	const root = folder(t, {
		'README.md': '# Hello\n',
		'pyproject.toml': `[project]
name = "Hello_App"
version = "1.0"
description = """Says
hello"""
readme = "README.md"
license = "MIT"
requires-python = ">=3.9"
authors = [{name = "Jane Doe", email = "jane@example.org"}, {email = "joe@example.org"}, {name = "Ann"}]
maintainers = [{name = "Team", email = "team@example.org"}]
dependencies = ["waitress>=3"]
[project.urls]
Repository = "https://example.org/source"
Homepage = "https://example.org"
[project.optional-dependencies]
nice = ["rich"]
`,
	});
	t.deepEqual(readProject(root).stated, {
		name: 'Hello_App',
		version: '1.0',
		summary: 'Says hello',
		description: '# Hello\n',
		license: 'MIT',
		authors: ['Jane Doe <jane@example.org>', 'joe@example.org', 'Ann'],
		maintainers: ['Team <team@example.org>'],
		homepage: 'https://example.org',
		requiresPython: '>=3.9',
		requiresDist: ['waitress>=3'],
		extras: ['nice'],
	});
});

test('what is dynamic is absent: only the backend knows it', t => {
	const dynamic = '["version", "description", "readme", "license", "authors", "dependencies"]';
	const root = folder(t, {'pyproject.toml': `[project]\nname = "x1"\ndynamic = ${dynamic}\n`});
	t.deepEqual(Object.keys(readProject(root).stated), ['name', 'maintainers', 'homepage', 'requiresPython', 'extras']);
});

test('a licence as a table, as before PEP 639', t => {
	const stated = (license: string) =>
		readProject(folder(t, {'pyproject.toml': `[project]\nname = "x1"\nversion = "1"\n${license}\n`})).stated.license;
	t.is(stated('license = {text = "BSD 3-Clause"}'), 'BSD 3-Clause');
	t.is(stated('license = {file = "LICENSE"}'), '');
	t.is(stated('license = {file = "LICENSE"}\nclassifiers = ["License :: OSI Approved :: MIT License"]'), 'MIT License');
});

test('a readme as a table, with its text or its file', t => {
	const stated = (readme: string) =>
		readProject(folder(t, {'R.rst': 'file', 'pyproject.toml': `[project]\nname = "x1"\nversion = "1"\n${readme}\n`}))
			.stated.description;
	t.is(stated('readme = {text = "inline", content-type = "text/plain"}'), 'inline');
	t.is(stated('readme = {file = "R.rst", content-type = "text/x-rst"}'), 'file');
	t.is(stated('readme = "MISSING.md"'), '');
});

const silent = test.macro((t, files: Readonly<Record<string, string>>, name: string) => {
	const root = folder(t, files);
	const project = readProject(root);
	t.deepEqual(project.stated, {});
	t.is<string, string>(project.file, `${root}/${name}`);
});
test('a setup.py states nothing', silent, {'setup.py': ''}, 'setup.py');
test(
	'nor does one beside a pyproject.toml for a linter',
	silent,
	{'setup.py': '', 'pyproject.toml': '[tool.ruff]\n'},
	'setup.py',
);
test('nor a [build-system] alone', silent, {'pyproject.toml': '[build-system]\nrequires = []\n'}, 'pyproject.toml');
test('nor a [tool.poetry]', silent, {'pyproject.toml': '[tool.poetry]\nname = "x"\n'}, 'pyproject.toml');
