import {mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {machine, tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import ava from 'ava';
import {exchangeIn} from '../../src/host/exchange.ts';
import {hostPath} from '../../src/model/paths.ts';
import {pathOf, pythons, withReason, withTools} from '../helpers/tools.ts';

// Two folders change their names in one step, by whatever can ask the kernel for it here.

const [python] = pythons();

function room(t: ExecutionContext): string {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-exchange-')));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	for (const name of ['one', 'other']) {
		mkdirSync(join(folder, name));
		writeFileSync(join(folder, name, 'file'), name);
	}

	return folder;
}

function swaps(t: ExecutionContext, means: {pythons: string[]; path: string}): void {
	const folder = room(t);
	const at = (name: string) => hostPath(join(folder, name));
	const exchange = exchangeIn(at('.trial'), {
		pythons: means.pythons.map(hostPath),
		machine: machine(),
		environment: {PATH: means.path},
	});
	t.deepEqual(readdirSync(folder).sort(), ['one', 'other']);
	exchange.swap(at('one'), at('other'));
	t.is(readFileSync(join(folder, 'one/file'), 'utf8'), 'other');
	t.is(readFileSync(join(folder, 'other/file'), 'utf8'), 'one');
	const error = t.throws(() => exchange.swap(at('one'), at('nothing')), {code: 'IN_PLACE_IMPOSSIBLE'});
	t.regex(error?.message ?? '', /nothing cannot be swapped with another folder in one step: /);
	t.is(readFileSync(join(folder, 'one/file'), 'utf8'), 'other');
}

withReason(python ? '' : 'python3')('with a Python that has ctypes', t => {
	swaps(t, {pythons: [python?.path ?? ''], path: '/nonexistent'});
});

withTools('perl')('with Perl, where there is no such Python', t => {
	const folder = room(t);
	// Only Perl: an mv that cannot is passed over.
	swaps(t, {pythons: [join(folder, 'no-python')], path: `${join(pathOf('perl') ?? '', '..')}`});
});

ava('with nothing that can ask the kernel: said before anything is done', t => {
	const folder = room(t);
	const trial = hostPath(join(folder, '.trial'));
	const error = t.throws(
		() => exchangeIn(trial, {pythons: [], machine: machine(), environment: {PATH: '/nonexistent'}}),
		{
			code: 'IN_PLACE_IMPOSSIBLE',
		},
	);
	t.regex(error?.message ?? '', /neither a Python with ctypes, nor mv --exchange, nor perl is here/);
	t.deepEqual(readdirSync(folder).sort(), ['one', 'other']);
});

ava('where the folder cannot be written to: said before anything is done', t => {
	const error = t.throws(
		() => exchangeIn(hostPath('/proc/venvpack-trial'), {pythons: [], machine: machine(), environment: {}}),
		{
			code: 'IN_PLACE_IMPOSSIBLE',
		},
	);
	t.is((error as unknown as {exitCode: number}).exitCode, 3);
});
