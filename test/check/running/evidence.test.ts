import test from 'ava';
import {missingLibrary, packagingFault} from '../../../src/check/running/evidence.ts';
import {installPath} from '../../../src/model/paths.ts';
import type {InstalledDistribution, Survey} from '../../../src/model/survey.ts';

const site = '/opt/app/lib/python3.11/site-packages';

function distribution(name: string, more: Partial<InstalledDistribution> = {}): InstalledDistribution {
	return {
		path: installPath(`${site}/${name}-1.0.dist-info`),
		name,
		version: '1.0',
		license: '',
		summary: '',
		requiresPython: '',
		requiresDist: [],
		record: [],
		entryPoints: [],
		directUrl: '',
		editable: false,
		installer: '',
		size: 0,
		files: 0,
		topLevel: [name],
		...more,
	};
}

const row = (path: string) => ({path: installPath(`${site}/${path}`), written: path, hash: '', size: ''});

function survey(...distributions: InstalledDistribution[]): Survey {
	return {
		venv: undefined,
		distributions,
		scripts: [],
		services: [],
		elf: [],
		loads: [],
		manifest: undefined,
		damaged: new Map(),
		digestOf: () => undefined,
	};
}

const missing = (module: string) =>
	`Traceback (most recent call last):\nModuleNotFoundError: No module named '${module}'\n`;

const fault = test.macro(
	(
		t,
		output: string,
		given: {distributions?: InstalledDistribution[]; subject?: string; strayPaths?: string[]},
		expected: RegExp | undefined,
	) => {
		const {distributions = [], subject = '', strayPaths = []} = given;
		const known = {survey: survey(...distributions), prefix: installPath('/opt/app'), subject, strayPaths};
		const told = packagingFault(output, known);
		if (expected === undefined) {
			t.is(told, undefined);
		} else {
			t.regex(told ?? '', expected);
		}
	},
);

const extra = distribution('tool', {requiresDist: ["rich>=1; extra == 'colours'"]});
const required = distribution('tool', {requiresDist: ['Rich-Text (>=1)']});
const elsewhere = distribution('tool', {requiresDist: ['rich ; sys_platform == "win32"']});
const recorded = distribution('yaml', {
	record: [row('yaml/__init__.py'), row('yaml/cyaml.py'), row('_yaml.cpython-311-x.so')],
});

test('an extra that was not asked for proves nothing', fault, missing('rich'), {distributions: [extra]}, undefined);
test(
	'a requirement without an extra does',
	fault,
	missing('rich_text'),
	{distributions: [required]},
	/tool requires rich_text/,
);
test('one for other machines does not', fault, missing('rich'), {distributions: [elsewhere]}, undefined);
test(
	'one that is there under its name does not',
	fault,
	missing('rich_text'),
	{distributions: [required, distribution('rich.text')]},
	undefined,
);
test('a module of a RECORD', fault, missing('yaml.cyaml'), {distributions: [recorded]}, /belongs to yaml/);
test('an extension module of a RECORD', fault, missing('_yaml'), {distributions: [recorded]}, /belongs to yaml/);
test('a module of nobody', fault, missing('tkinter'), {distributions: [recorded]}, undefined);
test(
	'what an editable distribution left behind',
	fault,
	missing('app.main'),
	{distributions: [distribution('app', {editable: true, topLevel: []})], subject: 'app.main'},
	/editable mode/,
);
const entryPoint = (value: string) => ({entryPoints: [{group: 'console_scripts', name: 'serve', value}]});
test(
	'a module that an entry point of its own distribution names, and that a hook took away',
	fault,
	missing('waitress'),
	{distributions: [distribution('waitress', {...entryPoint('waitress.runner:run'), topLevel: []})]},
	/waitress is installed, and its module waitress is not in the package/,
);
test(
	'a distribution that holds no module at all',
	fault,
	missing('rich_text'),
	{distributions: [distribution('rich-text', {topLevel: []})]},
	/rich-text is installed, and its module rich_text is not/,
);
test(
	'a distribution whose name is a module inside of its server only',
	fault,
	missing('uwsgi'),
	{distributions: [distribution('uwsgi', {topLevel: ['uwsgidecorators']})]},
	undefined,
);
test('what a .pth file names', fault, missing('app'), {strayPaths: ['/build/src']}, /\/build\/src/);
test(
	'a library for a module',
	fault,
	'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
	{},
	/libGL\.so\.1 is found nowhere/,
);
test(
	'a path of the stage',
	fault,
	"FileNotFoundError: '/build/stage/opt/app/share/x'",
	{},
	/\/build\/stage\/opt\/app\/share\/x/,
);
test('a path of the tree is none', fault, "FileNotFoundError: '/opt/app/share/x' file:///opt/app/y", {}, undefined);
test('any other failure proves nothing', fault, 'usage: tool FILE\ntool: error: no such option: --help', {}, undefined);

test('the library is that of the loader’s words', t => {
	const words =
		'/opt/app/bin/x: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared object file';
	t.is(missingLibrary(words), 'libpython3.11.so.1.0');
	t.is(missingLibrary("libx.so.1: version `GLIBC_2.99' not found"), undefined);
});
