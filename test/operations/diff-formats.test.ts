import {mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import type {Request} from '../../src/model/request.ts';
import {build} from '../../src/operations/build.ts';
import type {Context} from '../../src/operations/context.ts';
import {diff} from '../../src/operations/diff.ts';
import {pythonOf, pythons, withReason} from '../helpers/tools.ts';
import {uvFolder} from '../helpers/uv.ts';
import {programWheel, wheelBytes, wheelName} from '../helpers/wheel.ts';

// Artifacts as users have them: written by a build, read back, and compared.

const python = pythonOf('3.11') ?? pythons().at(-1);
const uv = await uvFolder();
const test = withReason([...(python ? [] : ['python3.11']), ...(uv === undefined ? ['uv'] : [])].join(', '));

function bench(t: ExecutionContext) {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-diff-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	const context: Context = {
		listener: () => undefined,
		environment: {
			PATH: [uv, process.env.PATH].join(delimiter),
			HOME: base,
			VENVPACK_CACHE_DIR: join(base, 'cache'),
			SOURCE_DATE_EPOCH: '1700000000',
		},
		version: '1.2.3',
	};
	return {
		context,
		wheel: (name: string, bytes: Buffer) => writeFileSync(join(base, name), bytes),
		/** Builds from the wheels of the bench alone, and returns where the artifacts lie. */
		async made(out: string, from: readonly string[], request: Partial<Request> = {}): Promise<readonly string[]> {
			const {artifacts} = await build(
				{
					...{from, name: 'several', version: '1.0', prefix: '/opt/several', python: python?.path ?? ''},
					...{findLinks: [base], offline: true, out: hostPath(join(base, out)), formats: ['tar.zst'], ...request},
				},
				context,
			);
			return artifacts.map(({path}) => path);
		},
	};
}

test('one tree is the same in every format', async t => {
	const {made, wheel, context} = bench(t);
	const {name, bytes} = programWheel({name: 'main'});
	wheel(name, bytes);
	const formats = ['deb', 'rpm', 'tar.gz', 'tar.zst', 'zip', 'dir'];
	const artifacts = await made('out', ['main'], {formats});
	t.is(artifacts.length, formats.length);
	for (const [at, b] of artifacts.entries()) {
		const a = artifacts.at(at - 1) ?? '';
		const {a: first, b: second, uncompared, ...found} = await diff({a: {artifact: a}, b: {artifact: b}}, context);
		t.deepEqual(found, {equal: true, distributions: [], metadata: [], files: [], following: 0}, `${a} and ${b}`);
		// A deb and an rpm have documentation of their own besides.
		if (![first.format, second.format].some(format => format === 'deb' || format === 'rpm')) {
			t.deepEqual([first.bytes, first.files], [second.bytes, second.files]);
		}

		const carriesOwners = ({format}: {readonly format: string}) => format !== 'dir' && format !== 'zip';
		t.deepEqual(uncompared, carriesOwners(first) === carriesOwners(second) ? [] : ['owners']);
	}
});

test('two versions of an application', async t => {
	const {made, wheel, context} = bench(t);
	for (const version of ['1.0', '1.1']) {
		const more = version === '1.1' ? {'admin.py': 'x = 1\n'} : {};
		const {name, bytes} = programWheel({name: 'main', version, files: more});
		wheel(name, bytes);
	}

	for (const name of ['old', 'new', 'kept']) {
		wheel(wheelName({name}), wheelBytes({name}));
	}

	const [a = ''] = await made('one', ['main==1.0', 'kept', 'old']);
	const [b = ''] = await made('two', ['main==1.1', 'kept', 'new'], {version: '1.1'});
	const found = await diff({a: {artifact: a}, b: {artifact: b}}, context);
	t.deepEqual(found.distributions, [
		{kind: 'updated', name: 'main', from: '1.0', to: '1.1'},
		{kind: 'added', name: 'new', from: undefined, to: '1.0'},
		{kind: 'removed', name: 'old', from: '1.0', to: undefined},
	]);
	t.deepEqual(found.metadata, [{field: 'version', from: '1.0', to: '1.1'}]);
	const modules = found.files
		.filter(({path}) => path.endsWith('.py'))
		.map(({kind, path}) => [kind, path.split('/').at(-1)]);
	t.deepEqual(modules, [
		['added', 'admin.py'],
		['added', 'new.py'],
		['removed', 'old.py'],
	]);
	t.true(found.following > 0, 'bytecode and the manifest follow');
	t.false(found.files.some(({path}) => path.endsWith('.pyc')));
});
