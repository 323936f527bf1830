import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import {pathOf, withTools} from '../helpers/tools.ts';

// What `npm publish` would send works elsewhere: nothing that it needs stayed behind in the checkout.

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const test = withTools('npm');

test('npm pack gives a package that installs globally and knows its version, its plan and its schemas', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-npm-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	// The checkout is built; scripts would build it again while other tests use it.
	const packed = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
		cwd: checkout,
	});
	const [{filename, version}] = JSON.parse(packed.stdout) as [{filename: string; version: string}];
	const env = {
		npm_config_prefix: join(folder, 'global'),
		PATH: [dirname(process.execPath), process.env.PATH].join(':'),
	};
	await execa('npm', ['install', '--global', '--ignore-scripts', '--no-audit', join(folder, filename)], {
		cwd: folder,
		env,
	});

	const venvpack = join(folder, 'global/bin/venvpack');
	t.is((await execa(venvpack, ['--version'], {cwd: folder, env})).stdout, version);
	const example = join(checkout, 'examples/hello');
	const {stdout} = await execa(venvpack, ['explain', example, '--json'], {cwd: folder, env});
	const {rows} = JSON.parse(stdout) as {rows: Array<{key: string; value: string}>};
	t.is(rows.find(row => row.key === 'prefix')?.value, '/opt/hello');
	t.truthy(pathOf(join(folder, 'global/lib/node_modules/venvpack/dist/cli/main.js')));
});
