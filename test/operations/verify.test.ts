import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {formatNamed} from '../../src/formats/formats.ts';
import {ArtifactError, ConfigError, FindingsError, UsageError} from '../../src/model/errors.ts';
import {type HostPath, hostPath, installPath} from '../../src/model/paths.ts';
import type {Context} from '../../src/operations/context.ts';
import {writeSarif} from '../../src/operations/sarif.ts';
import {listQuestions, verify} from '../../src/operations/verify.ts';
import {verifyParts} from '../../src/operations/verify-parts.ts';
import {artifact, goodVenv, told} from '../helpers/artifact.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';

const context: Context = {listener: () => undefined, environment: {}, version: '9.9.9'};

/** An artifact on the disk, with a manifest that is true. */
async function packed(
	format: string,
	differing: Readonly<Record<string, LiteralEntry | undefined>> = {},
): Promise<HostPath> {
	const files = goodVenv(differing);
	const options = {interpreter: {minimum: '3.11'}};
	const {tree} = artifact(files, {...options, manifest: true}).pkg;
	return pack(formatNamed(format), {...pkg(files, options), tree});
}

const broken = {'/opt/app/bin/x': '#!/home/ada/venv/bin/python\n', '/opt/app/y': {link: 'gone'}} as const;

for (const format of ['deb', 'rpm', 'tar.gz', 'dir']) {
	test(`${format}: what is wrong is found, and only that`, async t => {
		const good = await verify({artifact: await packed(format), only: ['shebangs', 'links', 'manifest']}, context);
		t.deepEqual(good.findings, []);
		const bad = await verify(
			{artifact: await packed(format, broken), only: ['shebangs', 'links', 'manifest']},
			context,
		);
		t.deepEqual(told(bad.findings), ['LINK_DANGLING error /opt/app/y', 'SHEBANG_FOREIGN error /opt/app/bin/x']);
		t.deepEqual(bad.counts, {error: 2, warning: 0, note: 0});
		t.is(bad.artifact.prefix, installPath('/opt/app'));
		t.is(bad.artifact.name, 'app');
	});
}

test('--only takes checks and codes; what is not asked is not run', async t => {
	const file = await packed('tar.gz', broken);
	const one = await verify({artifact: file, only: ['SHEBANG_FOREIGN']}, context);
	t.deepEqual(told(one.findings), ['SHEBANG_FOREIGN error /opt/app/bin/x']);
	t.deepEqual(
		one.questions.map(({name}) => name),
		['shebangs'],
	);
	t.deepEqual((await verify({artifact: file, only: ['venv']}, context)).findings, []);
});

test('--ignore takes a code out, everywhere or in some files', async t => {
	const file = await packed('tar.gz', broken);
	const only = ['links', 'shebangs'];
	const said = async (ignore: readonly string[]) => {
		const {findings, ignored} = await verify({artifact: file, only, ignore}, context);
		return [...findings.map(({code}) => code), ignored];
	};
	t.deepEqual(await said([]), ['LINK_DANGLING', 'SHEBANG_FOREIGN', 0]);
	t.deepEqual(await said(['LINK_DANGLING']), ['SHEBANG_FOREIGN', 1]);
	t.deepEqual(await said(['LINK_DANGLING:y', 'SHEBANG_FOREIGN:/opt/app/**']), [2]);
	t.deepEqual(await said(['LINK_DANGLING:bin/**']), ['LINK_DANGLING', 'SHEBANG_FOREIGN', 0]);
});

test('an unknown name is refused before anything is read, with the nearest', async t => {
	const refused = async (wish: object) =>
		t.throwsAsync(verify({artifact: '/gone', ...wish}, context), {instanceOf: UsageError, code: 'CHECK_UNKNOWN'});
	t.is((await refused({only: ['linkz']}))?.hint, 'did you mean links?');
	t.is((await refused({ignore: ['SHEBANG_FOREIN:x']}))?.hint, 'did you mean SHEBANG_FOREIGN?');
	t.is((await refused({only: ['qqqqqqqq']}))?.hint, 'venvpack verify --list names them all');
	await t.throwsAsync(verify({artifact: '/gone', target: 'debian-99'}, context), {instanceOf: ConfigError});
});

test('what cannot be read is an error, never a finding', async t => {
	const file = hostPath(join(temporaryFolder(), 'x.deb'));
	writeFileSync(file, '!<arch>\ndebian-binary');
	const error = await t.throwsAsync(verify({artifact: file}, context), {instanceOf: ArtifactError});
	t.is(error?.exitCode, 3);
});

test('of very many findings a thousand is kept, and all are counted', async t => {
	const many = Object.fromEntries(Array.from({length: 1005}, (_, at) => [`/opt/app/l${at}`, {link: 'gone'}]));
	const {findings, left, counts} = await verify({artifact: await packed('tar.gz', many), only: ['links']}, context);
	t.is(findings.length, 1000);
	t.deepEqual(left, {LINK_DANGLING: 5});
	t.is(counts.error, 1005);
});

test('what a format cannot carry is not asked, and that is said', async t => {
	const {unasked} = await verify({artifact: await packed('tar.gz'), only: ['digests']}, context);
	t.deepEqual(unasked, [{check: 'digests', why: 'the format has no digests of its files'}]);
});

test('codes and names are known once', t => {
	const codes = listQuestions().flatMap(({kinds}) => kinds.map(({code}) => code));
	const names = listQuestions().map(({name}) => name);
	t.deepEqual([...new Set(codes)], codes);
	t.deepEqual([...new Set(names)], names);
	t.true(names.every(name => /^[a-z-]+$/.test(name)));
	t.true(codes.every(code => /^[A-Z0-9]+(?:_[A-Z0-9]+)*$/.test(code)));
});

test('the findings are written as SARIF', async t => {
	const verification = await verify(
		{artifact: await packed('tar.gz', broken), prefix: installPath('/opt/app'), only: ['shebangs']},
		context,
	);
	const file = hostPath(join(temporaryFolder(), 'findings', 'x.sarif'));
	await writeSarif(verification, file, context);
	const [result] = JSON.parse(readFileSync(file, 'utf8')).runs[0].results;
	t.is(result.ruleId, 'SHEBANG_FOREIGN');
	t.is(result.locations[0].physicalLocation.artifactLocation.uri, 'opt/app/bin/x');
});

test('build --verify refuses a part before it gets its name, and says all that is wrong', async t => {
	const file = await packed('deb', broken);
	const parts = [{file, final: hostPath('/dist/app.deb'), target: 'debian-12'}];
	const error = await t.throwsAsync(verifyParts(parts, 'static', context), {
		instanceOf: FindingsError,
		code: 'VERIFY_FAILED',
	});
	t.true(error?.message.startsWith('/dist/app.deb would not be right'));
	const codes = error?.findings.map(({code}) => code) ?? [];
	t.true(codes.includes('LINK_DANGLING') && codes.includes('SHEBANG_FOREIGN'));
});

test('build --verify tells of warnings once a code', async t => {
	const file = await packed('tar.gz', {
		'/opt/app/a': {link: '/srv/a'},
		'/opt/app/b': {link: '/srv/b'},
	});
	const heard: string[] = [];
	const listener: Context['listener'] = event => {
		if (event.kind === 'warning') {
			heard.push(`${event.code}: ${event.message}`);
		}
	};
	const part = {file, final: hostPath('/dist/app.tar.gz'), target: 'debian-12'};
	await verifyParts([part, part], 'static', {...context, listener});
	t.deepEqual(
		heard.filter(line => line.startsWith('LINK')),
		['LINK_OUTSIDE: /opt/app/a: points to /srv/a, and the package does not hold /srv/a, and 1 more'],
	);
});
