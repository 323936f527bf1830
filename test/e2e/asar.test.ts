import {execFileSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {builder, place, withBuilder} from '../helpers/built.ts';
import {rangeServer} from '../helpers/range-server.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// A release that may lie anywhere, published on a plain web server: asked about, looked into, unpacked and run.

const test = await withBuilder();

test('an asar archive is built, read in parts from a server, unpacked with spaces in the path, and runs', async t => {
	const here = await place(t);
	const points = '[console_scripts]\nasks = asks:main\n';
	const program = 'import sys\ndef main():\n    print(sys.prefix)\n';
	// So large that a part of it is much less than all of it.
	const data = 'data '.repeat(40_000);
	here.write(
		wheelName({name: 'asks'}),
		wheelBytes({
			name: 'asks',
			files: {'asks.py': program, 'asks.bin': data, 'asks-1.0.dist-info/entry_points.txt': points},
		}),
	);
	const flags = ['--prefix', '/opt/asks', '--relocatable', '--offline', '--format', 'asar,tar.gz', '--python'];
	const built = await here.run(['build', wheelName({name: 'asks'}), ...flags, builder?.path ?? '']);
	t.is(built.code, 0, built.stderr);
	const name = 'asks-1.0-py3-none-any.asar';
	const file = join(here.here, 'dist', name);

	const server = await rangeServer({[name]: file});
	t.teardown(() => server.close());
	const inspected = await here.run(['inspect', server.url(name), '--json']);
	t.like(JSON.parse(inspected.stdout), {name: 'asks', version: '1.0', layout: {relocatable: true}});
	const script = await here.run(['extract', server.url(name), 'bin/asks', '--stdout']);
	t.is(script.code, 0, script.stderr);
	t.regex(script.stdout, /^#!\/bin\/sh\n/);
	t.true(server.sent() < statSync(file).size, server.asked.join('\n'));

	const same = await here.run(['diff', server.url(name), 'dist/asks-1.0-py3-none-any.tar.gz']);
	t.is(same.code, 0, same.stdout + same.stderr);
	const proven = await here.run(['verify', file]);
	t.is(proven.code, 0, proven.stdout + proven.stderr);

	const unpacked = await here.run(['extract', file, '--out', 'some where/é', '--json']);
	t.is(unpacked.code, 0, unpacked.stderr);
	const folder = join(here.here, 'some where/é');
	const {files, verified, out} = JSON.parse(unpacked.stdout);
	t.deepEqual([out, verified], [folder, files]);
	t.is(execFileSync(join(folder, 'bin/asks'), {encoding: 'utf8'}), `${folder}\n`);
	t.is(readFileSync(join(folder, 'bin/asks'), 'utf8'), script.stdout);
	const again = await here.run(['extract', file, '--out', 'some where/é']);
	t.is(again.code, 3);
	t.regex(again.stderr, /OUTPUT_OCCUPIED/);
});
