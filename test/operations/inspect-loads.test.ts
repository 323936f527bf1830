/** Libraries that a program opens by name, found in packages that hold what a compiler made. */
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {formatNamed} from '../../src/formats/formats.ts';
import type {Context} from '../../src/operations/context.ts';
import {inspect} from '../../src/operations/inspect.ts';
import {goodVenv} from '../helpers/artifact.ts';
import {violations} from '../helpers/json-schema.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const test = withTools('gcc');
const context: Context = {listener: () => undefined, environment: {}, version: '9.9.9'};
const schema = JSON.parse(readFileSync(new URL('../../schema/inspect-result.schema.json', import.meta.url), 'utf8'));
const site = '/opt/app/lib/python3.11/site-packages';

/** A shared library with sonames in it, and a call of dlopen if it is to have one. */
function compiled(callee: string): Buffer {
	const out = join(temporaryFolder(), 'x.so');
	const source = `#include <stddef.h>
void *${callee}(const char *, int);
const char padding[100000] = {1};
void *first(void) { return ${callee}("libfirst.so.1", 1); }
void *second(void) { return ${callee}("libinside.so.2", 1); }
void *third(void) { return ${callee}("libc.so.6", 1); }
`;
	execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-xc', '-o', out, '-'], {input: source});
	return readFileSync(out);
}

async function listed(t: ExecutionContext, format: string): Promise<void> {
	const files = goodVenv({
		[`${site}/demo/native.so`]: compiled('dlopen'),
		[`${site}/demo/other.so`]: compiled('puts_of_its_own'),
		[`${site}/demo/data/libinside.so.2`]: compiled('puts_of_its_own'),
		[`${site}/demo/late.py`]: 'from ctypes import CDLL, util\nCDLL(util.find_library("late"))\nCDLL("libfirst.so.1")\n',
	});
	const {summary} = await inspect({artifact: await pack(formatNamed(format), pkg(files))}, context);
	t.deepEqual(
		summary.loads.map(({name, by, files, inside}) => [name, [...by].sort(), files, inside]),
		[
			['libfirst.so.1', [`${site}/demo/late.py`, `${site}/demo/native.so`], 2, []],
			['liblate.so', [`${site}/demo/late.py`], 1, []],
			['libinside.so.2', [`${site}/demo/native.so`], 1, [`${site}/demo/data/libinside.so.2`]],
		] as never,
	);
	t.deepEqual(violations(schema, JSON.parse(JSON.stringify({...summary, notes: [], warnings: []}))), []);
}

for (const format of ['deb', 'rpm', 'tar.zst']) {
	test(`${format}: what is opened by name is listed, what an ELF file asks for anyway is not`, listed, format);
}
