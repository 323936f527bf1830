import {hash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {Companion, CompanionMaker} from '../../src/model/companion.ts';
import {HostError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {BuildResult} from '../../src/model/result.ts';
import {publish} from '../../src/operations/publish.ts';
import {debian12, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';

const list: CompanionMaker = ({name}) => [{name: `${name}.json`, bytes: Buffer.from(`{"of": "${name}"}\n`)}];
const sums: CompanionMaker = ({name, file}, before) => [
	of(`${name}.sum`, hash('sha256', readFileSync(file))),
	...before.map(({name: other, bytes}) => of(`${other}.sum`, hash('sha256', bytes))),
];

function of(name: string, text: string): Companion {
	return {name, bytes: Buffer.from(text)};
}

async function published(
	out: string,
	companions: readonly CompanionMaker[],
	formats = ['tar.gz'],
): Promise<Pick<BuildResult, 'artifacts'>> {
	const compression = {method: 'gzip', level: 1} as const;
	const plans = formats.map(name => ({name, target: debian12, settings: {}, compression}));
	return publish({
		plan: {formats: plans, out: hostPath(out)},
		pkg: pkg({'/opt/app/bin/app': '#!/bin/sh\n'}),
		checks: [],
		rewritten: new Map(),
		scratch: temporaryFolder(),
		listener: () => undefined,
		companions,
	});
}

test('a companion gets its name with its artifact, and stands in the result', async t => {
	const out = temporaryFolder();
	const {artifacts} = await published(out, [list]);
	const [artifact] = artifacts;
	const name = 'app-1.0-linux-x86_64.tar.gz';
	t.deepEqual(readdirSync(out).sort(), [name, `${name}.json`]);
	const text = `{"of": "${name}"}\n`;
	t.is(readFileSync(join(out, `${name}.json`), 'utf8'), text);
	t.deepEqual(artifact?.companions, [
		{path: hostPath(join(out, `${name}.json`)), size: text.length, sha256: hash('sha256', text)},
	]);
});

test('a maker sees the finished artifact and the companions before its own', async t => {
	const out = temporaryFolder();
	const {artifacts} = await published(out, [list, sums]);
	for (const {path, sha256} of artifacts.flatMap(artifact => [artifact, ...artifact.companions.slice(0, 1)])) {
		t.is(readFileSync(`${path}.sum`, 'utf8'), sha256);
	}
});

test('where one cannot be made, nothing has a name and the old ones are as they were', async t => {
	const out = temporaryFolder();
	await published(out, [list]);
	const names = readdirSync(out);
	const before = names.map(name => readFileSync(join(out, name), 'latin1'));
	const failing: CompanionMaker = () => {
		throw new HostError('no key', {code: 'NO_KEY'});
	};
	const other: CompanionMaker = ({name}) => [of(`${name}.json`, 'other')];
	await t.throwsAsync(published(out, [other, failing]), {message: 'no key'});
	t.deepEqual(readdirSync(out), names);
	t.deepEqual(
		names.map(name => readFileSync(join(out, name), 'latin1')),
		before,
	);
});

test('a folder in the place of a companion is not replaced', async t => {
	const out = temporaryFolder();
	const folder = join(out, 'app-1.0-linux-x86_64.tar.gz.json');
	mkdirSync(folder);
	writeFileSync(join(folder, 'mine'), '');
	await t.throwsAsync(published(out, [list]), {code: 'OUTPUT_OCCUPIED'});
	t.true(existsSync(join(folder, 'mine')));
	t.deepEqual(readdirSync(out), ['app-1.0-linux-x86_64.tar.gz.json']);
});
