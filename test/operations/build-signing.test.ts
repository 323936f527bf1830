import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {CompanionMaker} from '../../src/model/companion.ts';
import type {StageName} from '../../src/model/events.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import type {Signing} from '../../src/model/signing.ts';
import {build} from '../../src/operations/build.ts';
import {openBuildSigning, shielded} from '../../src/operations/build-signing.ts';
import {explain} from '../../src/operations/explain.ts';
import {publish} from '../../src/operations/publish.ts';
import {debian12, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {gpg, type TestKey, testKey} from '../helpers/signing-keys.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

const place = {origin: '--key-file', named: '--key-file', file: undefined, key: undefined};
const context = {listener: () => undefined, version: '9.9.9', environment: {PATH: process.env.PATH}};
const documents: CompanionMaker = ({name}) => [
	{name: `${name}.cdx.json`, bytes: Buffer.from('{}\n')},
	{name: `${name}.rpmlint.toml`, bytes: Buffer.from('Filters = []\n')},
];

async function publishSigned(out: HostPath, key: TestKey, accept: () => Promise<void>): Promise<void> {
	const openpgp = {source: {kind: 'file', file: key.file}, passphrase: undefined, place} as const;
	const signing = await openBuildSigning({openpgp, minisign: undefined}, context);
	const compression = {method: 'gzip', level: 1} as const;
	const plans = ['deb', 'rpm', 'tar.gz', 'dir'].map(name => ({name, target: debian12, settings: {}, compression}));
	try {
		await publish({
			plan: {formats: plans, out},
			pkg: pkg({'/opt/app/bin/app': '#!/bin/sh\n'}),
			checks: [],
			rewritten: new Map(),
			scratch: temporaryFolder(),
			listener: () => undefined,
			seal: signing.seal,
			accept,
			companions: [documents, signing.beside],
		});
	} finally {
		await signing.close();
	}
}

withTools('gpg', 'rpmkeys')('every artifact and document of a build is signed, twice in the same way', async t => {
	const key = testKey(t);
	const [out, again] = [temporaryFolder(), temporaryFolder()];
	await publishSigned(out, key, () => Promise.resolve());
	await publishSigned(again, key, () => Promise.resolve());
	const signatures = readdirSync(out).filter(name => name.endsWith('.asc'));
	t.deepEqual(signatures, [
		'app-1.0-1.x86_64.rpm.cdx.json.asc',
		'app-1.0-linux-x86_64.tar.gz.asc',
		'app-1.0-linux-x86_64.tar.gz.cdx.json.asc',
		'app_1.0-1_amd64.deb.cdx.json.asc',
	]);
	for (const name of signatures) {
		t.notThrows(() => gpg(key.home, '--verify', join(out, name), join(out, name.slice(0, -4))));
	}

	const database = temporaryFolder();
	execFileSync('rpmkeys', ['--dbpath', database, '--import', key.publicFile]);
	const verdict = execFileSync('rpmkeys', ['--dbpath', database, '-K', join(out, 'app-1.0-1.x86_64.rpm')]).toString();
	t.regex(verdict, /digests signatures OK/);
	t.true(readFileSync(join(out, 'app_1.0-1_amd64.deb'), 'latin1').includes('_gpgorigin'));
	for (const name of readdirSync(out).filter(one => one !== 'app-1.0')) {
		t.deepEqual(readFileSync(join(out, name)), readFileSync(join(again, name)), name);
	}
});

withTools('gpg')('what is refused after it was signed has no name, and no signature either', async t => {
	const out = temporaryFolder();
	const key = testKey(t);
	await t.throwsAsync(
		publishSigned(out, key, () => Promise.reject(new Error('not right'))),
		{message: 'not right'},
	);
	t.deepEqual(readdirSync(out), []);
});

test('what a build starts finds neither key nor passphrase', t => {
	const environment = {PATH: '/bin', KEY: 'k', PASSPHRASE: 'p', MINISIGN: 'm', OTHER: 'o'};
	const signing: Signing = {
		openpgp: {source: {kind: 'environment', name: 'KEY'}, passphrase: 'PASSPHRASE', place},
		minisign: {source: {kind: 'environment', name: 'MINISIGN'}, passphrase: undefined, place},
	};
	t.deepEqual(shielded({...context, environment}, signing).environment, {PATH: '/bin', OTHER: 'o'});
});

const withPython = withReason(pythonOf('3.11') ? '' : 'python3.11');

function project(sign: string): HostPath {
	const folder = temporaryFolder();
	writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "xy"\nversion = "1"\n');
	writeFileSync(join(folder, 'venvpack.toml'), `prefix = "/opt/x"\nformats = ["deb"]\ntarget = "debian-12"\n${sign}`);
	return folder;
}

withPython('a key that cannot sign stops the build before it begins', async t => {
	const folder = project('[sign]\nkey-env = "NO_SUCH_KEY"\n');
	const stages: StageName[] = [];
	const listener = (event: {kind: string; stage?: StageName}) => {
		if (event.kind === 'stage-start' && event.stage !== undefined) {
			stages.push(event.stage);
		}
	};
	const out = hostPath(join(folder, 'dist'));
	const error = await t.throwsAsync(
		build({project: folder, out, sign: {}}, {...context, listener, environment: {...process.env}}),
	);
	t.like(error, {code: 'SIGN_KEY_MISSING', key: 'sign.key-env', file: join(folder, 'venvpack.toml')});
	t.deepEqual(
		stages.filter(stage => stage !== 'plan'),
		[],
	);
	t.false(existsSync(out));
});

withPython('explain names the key, and says where nothing is signed', async t => {
	const folder = project('[sign]\nkey-env = "SECRET"\npassphrase-env = "PASSPHRASE"\n');
	const environment = {...process.env, SECRET: 'the key itself', PASSPHRASE: 'tea'};
	const {rows} = await explain({project: folder, sign: {}}, {...context, environment});
	t.like(
		rows.find(({key}) => key === 'sign.openpgp'),
		{value: 'the key in the variable SECRET, opened with the variable PASSPHRASE'},
	);
	t.notRegex(JSON.stringify(rows), /the key itself|tea/);
	const {notes} = await explain({project: folder}, {...context, environment});
	t.true(notes.some(note => note.startsWith('nothing is signed: ')));
});
