import {createHash} from 'node:crypto';
import test from 'ava';
import {digests} from '../../../src/check/checks/digests.ts';
import {installPath} from '../../../src/model/paths.ts';
import {artifact, findingsOf, told} from '../../helpers/artifact.ts';

const files = {'/opt/app/a': 'one', '/opt/app/b': 'two'};
const place = (path: string) => installPath(path);

for (const algorithm of ['md5', 'sha256']) {
	const of = (text: string) => createHash(algorithm).update(text).digest('hex');
	const told_ = async (listed: Readonly<Record<string, string>>, conffiles: readonly string[] = []) => {
		const map = new Map(Object.entries(listed).map(([path, digest]) => [place(path), digest]));
		const declared = {digests: {algorithm, files: map}, conffiles: conffiles.map(place)};
		return told(await findingsOf(digests, artifact(files, {declared})));
	};

	test(`${algorithm}: right ones are right, in capitals too`, async t => {
		t.deepEqual(await told_({'/opt/app/a': of('one').toUpperCase(), '/opt/app/b': of('two')}), []);
	});

	test(`${algorithm}: a wrong one`, async t => {
		t.deepEqual(await told_({'/opt/app/a': of('one'), '/opt/app/b': of('too')}), ['DIGEST_WRONG error /opt/app/b']);
	});

	test(`${algorithm}: a missing one, but of a configuration file`, async t => {
		t.deepEqual(await told_({'/opt/app/a': of('one')}), ['DIGEST_MISSING warning /opt/app/b']);
		t.deepEqual(await told_({'/opt/app/a': of('one')}, ['/opt/app/b']), []);
	});

	test(`${algorithm}: one of nothing`, async t => {
		const all = {'/opt/app/a': of('one'), '/opt/app/b': of('two'), '/opt/app/c': of('three')};
		t.deepEqual(await told_(all), ['DIGEST_STALE warning /opt/app/c']);
	});
}

test('is not asked where there are none', t => {
	t.regex(digests.unasked?.(artifact(files)) ?? '', /^the package has no digests/);
	t.regex(digests.unasked?.(artifact(files, {carries: {digests: false}})) ?? '', /^the format has no digests/);
	const declared = {digests: {algorithm: 'algorithm 77', files: new Map()}};
	t.is(digests.unasked?.(artifact(files, {declared})), 'nothing here computes algorithm 77');
});
