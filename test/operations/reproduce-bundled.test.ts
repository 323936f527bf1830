import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {hostPath} from '../../src/model/paths.ts';
import {build} from '../../src/operations/build.ts';
import type {Context} from '../../src/operations/context.ts';
import {reproduce} from '../../src/operations/reproduce.ts';
import {archiveOf} from '../helpers/python-archive.ts';
import {pathOf, pythonOf, withReason} from '../helpers/tools.ts';
import {uvFolder} from '../helpers/uv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// An artifact that carries an interpreter says which, and is made again with that one only.

const python = pythonOf('3.11', 'pyenv');
const uv = await uvFolder();
const test = withReason(python && uv !== undefined && pathOf('zstd') ? '' : 'a Python 3.11 of pyenv, uv, zstd');

test('one of an archive, laid out from pyenv’s: named, asked for, and the same bytes again', async t => {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-again-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	const wheels = hostPath(join(base, 'wheels'));
	mkdirSync(wheels);
	const wheel = hostPath(join(wheels, wheelName({name: 'app'})));
	writeFileSync(wheel, wheelBytes({name: 'app'}));
	const archive = archiveOf(python?.path ?? '', base);
	const context: Context = {
		listener: () => undefined,
		environment: {
			PATH: [uv, process.env.PATH].join(delimiter),
			HOME: base,
			VENVPACK_CACHE_DIR: join(base, 'cache'),
		},
		version: '1.2.3',
	};
	const {artifacts} = await build(
		{
			...{project: wheel, prefix: '/opt/app', formats: ['dir'], out: hostPath(join(base, 'dist')), offline: true},
			...{bundlePython: true, pythonArchive: archive.file, pythonArchiveSha256: archive.sha256},
		},
		context,
	);
	const artifact = artifacts[0]?.path ?? '';
	const text = readFileSync(join(artifact, 'venvpack.json'), 'utf8');
	const {recipe, layout} = JSON.parse(text);
	t.deepEqual(recipe.interpreter.archive, {name: 'cpython-install_only.tar.zst', sha256: archive.sha256});
	t.regex(recipe.interpreter.sha256, /^[0-9a-f]{64}$/);
	t.deepEqual(layout, {relocatable: false, bundle: {libraries: true, keep: []}});
	t.false(text.includes(base));
	t.regex(
		readFileSync(join(artifact, 'share/licenses/cpython/LICENSE.txt'), 'utf8'),
		/PYTHON SOFTWARE FOUNDATION LICENSE/,
	);

	const again = {artifact, findLinks: [wheels], offline: true};
	const error = await t.throwsAsync(reproduce(again, context), {code: 'SOURCE_NEEDED'});
	t.regex(error?.message ?? '', /the interpreter of cpython-install_only\.tar\.zst/);
	const found = await reproduce({...again, pythonArchive: archive.file}, context);
	t.true(found.identical, JSON.stringify(found.comparison));

	writeFileSync(join(base, 'other.tar.zst'), 'x');
	const other = reproduce({...again, pythonArchive: join(base, 'other.tar.zst')}, context);
	await t.throwsAsync(other, {
		code: 'HASH_MISMATCH',
		message: /the recipe \(cpython-install_only\.tar\.zst\) promises/,
	});
});
