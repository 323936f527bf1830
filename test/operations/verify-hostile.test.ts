import test from 'ava';
import fc from 'fast-check';
import {checks} from '../../src/check/checks.ts';
import {artifact, findingsOf, goodVenv} from '../helpers/artifact.ts';

const site = '/opt/app/lib/python3.11/site-packages';

/** Files that checks take apart, each with what such a file begins with. */
const taken: Readonly<Record<string, string>> = {
	'/opt/app/pyvenv.cfg': 'home = /usr/bin\n',
	'/opt/app/venvpack.json': '{"manifest": 1, "files": {',
	'/opt/app/bin/x': '#!/usr/bin/env ',
	'/opt/app/bin/y': `#!/bin/sh\n'''exec' '/opt/app/bin/python' "$0" "$@"\n`,
	[`${site}/x-1.dist-info/METADATA`]: 'Metadata-Version: 2.1\nName: x\n',
	[`${site}/x-1.dist-info/RECORD`]: 'x.py,sha256=AAAA,3\n"a""b",,\n',
	[`${site}/x-1.dist-info/entry_points.txt`]: '[console_scripts]\nx = x:main\n',
	[`${site}/x-1.dist-info/direct_url.json`]: '{"url": "file:///',
	[`${site}/x.so`]: '\x7fELF\x02\x01\x01',
	[`${site}/__pycache__/x.cpython-311.pyc`]: '\xa7\r\r\n\x01\x00\x00\x00',
	[`${site}/x.pth`]: 'import x\n/home/ada\n',
	'/opt/app/share/x.zip': 'PK\x03\x04',
	'/opt/app/share/x.gz': '\x1f\x8b\x08',
	'/opt/app/share/x.pem': '-----BEGIN PRIVATE KEY-----\n',
	'/usr/lib/systemd/system/x.service': '[Service]\nExecStart=',
};

const tail = fc.oneof(
	fc.uint8Array({maxLength: 300}),
	fc.string({maxLength: 100, unit: 'binary'}).map(text => Buffer.from(text)),
	fc
		.constantFrom('', '\0', '=', ',', '"', '\n', '../../../../../../etc/x', '%s'.repeat(50))
		.map(text => Buffer.from(text)),
);
const link = fc.constantFrom(
	'',
	'.',
	'..',
	'/',
	'x',
	'../x',
	'/opt/app/l',
	'../../../../../../..',
	'a\0b',
	'y'.repeat(5000),
);

test('whatever stands in the files, every check comes to its end', async t => {
	const files = fc.record(Object.fromEntries(Object.keys(taken).map(path => [path, fc.tuple(fc.boolean(), tail)])));
	await t.notThrowsAsync(
		fc.assert(
			fc.asyncProperty(files, link, link, async (tails, one, other) => {
				const differing = Object.entries(tails).map(([path, [isWhole, bytes]]) => {
					const head = Buffer.from(taken[path] ?? '', 'latin1');
					return [path, Buffer.concat([isWhole ? head : head.subarray(0, 3), bytes])] as const;
				});
				const links = {'/opt/app/l': {link: one}, '/opt/app/m': {link: other}};
				await findingsOf(checks, artifact(goodVenv({...Object.fromEntries(differing), ...links})));
			}),
			{numRuns: 150},
		),
	);
});
