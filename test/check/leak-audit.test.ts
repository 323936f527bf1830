import {createHash} from 'node:crypto';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {leakAudit} from '../../src/check/leak-audit.ts';
import {leakNeedles, type Secrets} from '../../src/check/leak-needles.ts';
import type {Finding} from '../../src/model/findings.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {builder} from '../helpers/tree.ts';

const prefix = installPath('/opt/app');
const secrets: Secrets = {
	...builder,
	prefix,
	work: [hostPath('/var/tmp/venvpack-x1')],
	caches: [hostPath('/home/ada/.cache/uv')],
	home: hostPath('/home/ada'),
	indexUrls: ['https://ada:p%40ssword9@index.example.org/simple'],
};

interface Given {
	readonly path?: string;
	readonly chunks: ReadonlyArray<string | Uint8Array>;
	readonly secrets?: Partial<Secrets>;
	/** Whether these very bytes came in a wheel. */
	readonly isDownloaded?: boolean;
	readonly isCarried?: boolean;
	readonly allow?: readonly string[];
}

function findings(given: Given): readonly Finding[] {
	const bytes = Buffer.concat(given.chunks.map(chunk => Buffer.from(chunk)));
	const path = installPath(given.path ?? '/opt/app/lib/x');
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const audit = leakAudit({
		prefix,
		needles: leakNeedles({...secrets, ...given.secrets}),
		downloaded: new Map(given.isDownloaded ? [[path, sha256]] : []),
		carried: new Map(given.isCarried ? [[path, 'interpreter']] : []),
		allow: given.allow ?? [],
	});
	const file = audit.open({kind: 'file', path, mode: 0o644, content: {kind: 'bytes', bytes}});
	for (const chunk of given.chunks) {
		const passed = Buffer.from(chunk);
		file.push(passed);
		passed.fill(0);
	}

	return file.close(sha256);
}

const leaks = test.macro((t, given: Given, ...expected: string[]) => {
	t.deepEqual(
		findings(given).map(({code, offset}) => `${code} ${offset}`),
		expected,
	);
});

test('the stage', leaks, {chunks: ['a /stage/opt/app']}, 'LEAK_STAGE 2');
test('the stage, alone', leaks, {chunks: ['a /stage']}, 'LEAK_STAGE 2');
test('the stage, at the end of a sentence', leaks, {chunks: ['a /stage. b']}, 'LEAK_STAGE 2');
test('another folder whose name goes on', leaks, {chunks: ['/stage2 /stage-a /stage.a /stages']});
test('the stage, even in a downloaded file', leaks, {chunks: ['/stage/'], isDownloaded: true}, 'LEAK_STAGE 0');
test(
	'a build folder and the private folder',
	leaks,
	{chunks: ['/host/build/x /var/tmp/venvpack-x1/y']},
	'LEAK_BUILD 0',
	'LEAK_BUILD 14',
);
test('a cache counts as such, not as the home', leaks, {chunks: ['/home/ada/.cache/uv/x']}, 'LEAK_CACHE 0');
test('the home', leaks, {chunks: ['\0/home/ada/x']}, 'LEAK_HOME 1');
test('the home of somebody else', leaks, {chunks: ['/home/adam']});
test('the interpreter', leaks, {chunks: ['/home/ada/.pyenv/versions/3.11.7/include/x.h']}, 'LEAK_INTERPRETER 0');
test('neither in what was downloaded', leaks, {
	chunks: ['/home/ada/x /home/ada/.pyenv/versions/3.11.7/x'],
	isDownloaded: true,
});
test('a cache is a leak anywhere', leaks, {chunks: ['/home/ada/.cache/uv/x'], isDownloaded: true}, 'LEAK_CACHE 0');
test('the first of several, and their number', t => {
	const [finding] = findings({chunks: ['x /stage/', 'y /stage/', '/stage/']});
	t.is(finding?.offset, 2);
	t.regex(finding?.message ?? '', /3 times/);
});

for (const cut of [1, 3, 6, 7, 8, 9]) {
	test(
		`over a border of chunks, after ${cut} bytes`,
		leaks,
		{chunks: ['a /stage/b'.slice(0, cut), 'a /stage/b'.slice(cut)]},
		'LEAK_STAGE 2',
	);
	test(`whether a name goes on is seen over a border, after ${cut} bytes`, leaks, {
		chunks: ['a /stage2'.slice(0, cut), 'a /stage2'.slice(cut)],
	});
}

test('byte by byte', leaks, {chunks: [...'a /stage/b'.repeat(20)]}, 'LEAK_STAGE 2');

// Folders that every machine has
test('/root in a text of the project is the target’s', leaks, {
	chunks: ['see /root/.ssh'],
	secrets: {home: hostPath('/root')},
});
test(
	'/root in a header that an installer wrote',
	leaks,
	{path: '/opt/app/bin/x', chunks: ['#!/root/x/python\n'], secrets: {home: hostPath('/root')}},
	'LEAK_HOME 2',
);
test('/usr in a carried program is that of the machine where it runs', leaks, {
	chunks: ['\x7fELF /usr/share/zoneinfo'],
	secrets: {
		python: {...builder.python, builderPrefix: hostPath('/usr'), target: installPath('/opt/app/bin/python3.11')},
	},
	isCarried: true,
});
test('/usr in a program that was compiled here', leaks, {
	chunks: ['\x7fELF /usr/include/python3.11/cpython/bytesobject.h'],
	secrets: {
		prefix,
		python: {...builder.python, builderPrefix: hostPath('/usr'), target: installPath('/opt/app/bin/python3.11')},
	},
});
test(
	'the interpreter in a carried program',
	leaks,
	{chunks: ['\x7fELF /home/ada/.pyenv/versions/3.11.7/lib'], isCarried: true},
	'LEAK_INTERPRETER 5',
);
test(
	'/root in a program that was compiled here',
	leaks,
	{chunks: ['\x7fELF /root/.cargo/x'], secrets: {home: hostPath('/root')}},
	'LEAK_HOME 5',
);
test('a home that holds the prefix', leaks, {chunks: ['/opt/app/x'], secrets: {home: hostPath('/opt/app')}});
test('an interpreter in the target’s own place', leaks, {
	chunks: ['/usr/bin/python3.11 /usr/lib'],
	secrets: {python: {...builder.python, builder: hostPath('/usr/bin/python3.11'), builderPrefix: hostPath('/usr')}},
});

// Credentials
const basic = Buffer.from('ada:p@ssword9').toString('base64');
test(
	'credentials with their host',
	leaks,
	{chunks: ['https://ada:p%40ssword9@index.example.org/'], isDownloaded: true},
	'LEAK_CREDENTIALS 8',
	'LEAK_CREDENTIALS 12',
);
test('a password by itself', leaks, {chunks: ['xp@ssword9x']}, 'LEAK_CREDENTIALS 1');
test('as HTTP sends them', leaks, {chunks: [`Basic ${basic}`]}, 'LEAK_CREDENTIALS 6');
test(
	'a short password only with its user',
	leaks,
	{chunks: ['test', ' u:test@h/'], secrets: {indexUrls: ['https://u:test@h/']}},
	'LEAK_CREDENTIALS 5',
);
test('what is secret is not repeated', t => {
	const said = JSON.stringify(findings({chunks: ['https://ada:p%40ssword9@index.example.org/ p@ssword9']}));
	t.notRegex(said, /ssword9/);
});

// Archives
test('compressed by gzip', t => {
	const [finding] = findings({chunks: [gzipSync(`${'long '.repeat(99)}/stage/x`)]});
	t.is(finding?.code, 'LEAK_STAGE');
	t.is(finding?.offset, undefined);
});

test('allowed by the user: a note', t => {
	const severities = (...allow: string[]) =>
		findings({chunks: ['/stage/'], path: '/opt/app/lib/a/b.txt', allow}).map(({severity}) => severity);
	t.deepEqual(severities(), ['error']);
	t.deepEqual(severities('/opt/app/lib/a/b.txt'), ['note']);
	t.deepEqual(severities('/opt/app/**/*.txt'), ['note']);
	t.deepEqual(severities('lib/a/?.txt'), ['note']);
	t.deepEqual(severities('lib/*.txt', '**/*.md', 'lib/a/b+txt'), ['error']);
});

test('where a link points', t => {
	const audit = leakAudit({prefix, needles: leakNeedles(secrets), downloaded: new Map(), allow: []});
	t.is(audit.link({kind: 'link', path: installPath('/opt/app/x'), target: '/stage/x'})[0]?.code, 'LEAK_STAGE');
	t.is(audit.link({kind: 'link', path: installPath('/opt/app/x'), target: '../x'}).length, 0);
});
