import test from 'ava';
import {type FindingKind, findingOf} from '../../src/model/findings.ts';
import {hostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import type {Question, Verification} from '../../src/model/verification.ts';
import {jsonSchemas} from '../../src/operations/json-schemas.ts';
import type {VerifyRequest} from '../../src/operations/verify-request.ts';
import {helloResult, say} from '../helpers/command-line.ts';
import {violations} from '../helpers/json-schema.ts';

const dangling: FindingKind = {
	code: 'LINK_DANGLING',
	severity: 'error',
	title: 'a link to nothing',
	why: 'Whatever opens it fails.',
	remedy: 'take it away',
};
const key: FindingKind = {
	...dangling,
	code: 'SECRET_KEY',
	severity: 'note',
	title: 'a private key',
	why: 'It is known.',
};
const questions: readonly Question[] = [
	{name: 'links', question: 'Do links lead somewhere?', kinds: [dangling], part: 'static'},
	{name: 'secrets', question: 'Does it hold secrets?', kinds: [key], part: 'run'},
];

const place = (path: string) => path as InstallPath;

const clean: Verification = {
	artifact: {
		file: hostPath('/src/project/dist/app.deb'),
		format: 'deb',
		name: 'app',
		version: '1.0',
		prefix: installPath('/opt/app'),
		size: 1000,
		files: 1234,
		bytes: 5_000_000,
	},
	findings: [],
	left: {},
	counts: {error: 0, warning: 0, note: 0},
	ignored: 0,
	questions,
	unasked: [{check: 'digests', why: 'the format has none'}],
	unproven: [],
	seconds: {static: 1.25},
};

const links = Array.from({length: 12}, (_, at) =>
	findingOf(dangling, {path: place(`/opt/app/l${at}`), message: 'points to x'}),
);
const broken: Verification = {
	...clean,
	findings: [...links, findingOf(key, {path: place('/opt/app/a\u001B[2J'), message: 'holds a key', offset: 17})],
	left: {LINK_DANGLING: 3},
	counts: {error: 15, warning: 0, note: 1},
	ignored: 2,
};

/** A library that finds this; what it was asked is kept. */
function finding(verification: Verification) {
	const asked: VerifyRequest[] = [];
	return {
		asked,
		library: {
			verify: (request: VerifyRequest) => {
				asked.push(request);
				return Promise.resolve(verification);
			},
			listQuestions: () => Promise.resolve(questions),
			sarif: () => '{"version": "2.1.0"}\n',
		},
	};
}

test('nothing wrong: one line, exit code 0', async t => {
	const said = await say('verify dist/app.deb', finding(clean));
	t.is(said.code, 0);
	t.is(said.stdout, 'dist/app.deb: nothing wrong found (1,234 files, 5.0 MB, 2 checks, 1.3 s)\n');
});

test('findings by code: what, why, ten places, the remedy once; exit code 1', async t => {
	const said = await say('verify dist/app.deb', finding(broken));
	t.is(said.code, 1);
	t.is(
		said.stdout,
		`error  a link to nothing  [LINK_DANGLING]
  Whatever opens it fails.
${Array.from({length: 10}, (_, at) => `    /opt/app/l${at}: points to x\n`).join('')}    and 5 more; --verbose shows them
  → take it away

note  a private key  [SECRET_KEY]
  It is known.
    /opt/app/a, byte 17: holds a key
  → take it away

dist/app.deb: 15 errors, 1 note; 2 ignored (1,234 files, 5.0 MB, 2 checks, 1.3 s)
`,
	);
});

test('--verbose shows every place, and what was not asked', async t => {
	const {stdout} = await say('verify --verbose dist/app.deb', finding(broken));
	t.true(stdout.includes('/opt/app/l11: points to x\n    and 3 more\n'));
	t.true(stdout.includes('not asked: digests: the format has none'));
});

test('notes alone leave the exit code at 0, --quiet leaves stdout empty', async t => {
	const noted = {...clean, counts: {error: 0, warning: 0, note: 1}, findings: broken.findings.slice(-1)};
	const said = await say('verify --quiet dist/app.deb', finding(noted));
	t.deepEqual([said.code, said.stdout, said.stderr], [0, '', '']);
});

test('what could not be proven is exit code 3, unless something is wrong', async t => {
	const unproven = [{check: 'imports', why: 'namespaces are not allowed here'}];
	const said = await say('verify dist/app.deb', finding({...clean, unproven}));
	t.is(said.code, 3);
	t.true(said.stdout.startsWith('not proven: imports: namespaces are not allowed here\n'));
	t.is((await say('verify dist/app.deb', finding({...broken, unproven}))).code, 1);
});

test('--json keeps to its schema', async t => {
	const said = await say('verify --json dist/app.deb', finding(broken));
	t.is(said.code, 1);
	const document = JSON.parse(said.stdout);
	t.deepEqual(violations(JSON.parse(jsonSchemas().get('verification.schema.json') ?? ''), document), []);
	t.deepEqual(document.checks, ['links', 'secrets']);
});

test('--list names every check with its question and codes', async t => {
	const {stdout} = await say('verify --list', finding(clean));
	t.is(
		stdout,
		`links: Do links lead somewhere?
  LINK_DANGLING  error    a link to nothing

secrets (--run): Does it hold secrets?
  SECRET_KEY  note     a private key

`,
	);
	const list = JSON.parse((await say('verify --list --json', finding(clean))).stdout);
	t.deepEqual(violations(JSON.parse(jsonSchemas().get('checks.schema.json') ?? ''), list), []);
});

test('--sarif - takes the place of the text', async t => {
	const said = await say('verify --sarif - dist/app.deb', finding(broken));
	t.is(said.code, 1);
	t.is(said.stdout, '{"version": "2.1.0"}\n');
});

test('flags reach the library', async t => {
	const {asked, library} = finding(clean);
	await say('verify dist/app.deb --only links,record --only X --ignore A:b/** --prefix /opt/app --target el9', {
		library,
	});
	t.like(asked[0], {
		artifact: '/src/project/dist/app.deb',
		only: ['links', 'record', 'X'],
		ignore: ['A:b/**'],
		prefix: '/opt/app',
		target: 'el9',
	});
	await say('verify https://example.org/app.deb', {library});
	t.is(asked[1]?.artifact, 'https://example.org/app.deb');
});

for (const [line, code] of [
	['verify', 'MISSING_ARGUMENT'],
	['verify x --prefix opt/app', 'INVALID_ARGUMENT'],
	['verify x --prefix /opt/../app', 'INVALID_ARGUMENT'],
	['verify x --only links,,record', 'INVALID_ARGUMENT'],
	['verify x --json --sarif -', 'INVALID_ARGUMENT'],
] as const) {
	test(`venvpack ${line}: ${code}`, async t => {
		const said = await say(`${line} --json`, finding(clean));
		t.is(said.code, 2);
		t.is(JSON.parse(said.stdout).error.code, code);
	});
}

test('build --verify is asked of the build', async t => {
	const asked: unknown[] = [];
	const build = (request: unknown) => {
		asked.push(request);
		return Promise.resolve(helloResult);
	};
	await say('build --verify', {library: {build}});
	await say('build --verify-run', {library: {build}});
	t.like(asked[0], {verify: true, verifyRun: undefined});
	t.like(asked[1], {verifyRun: true});
});
