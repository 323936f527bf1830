import test from 'ava';
import fc from 'fast-check';
import {secrets} from '../../../src/check/checks/secrets.ts';
import {SecretStream} from '../../../src/check/secret-stream.ts';
import {artifact, findingsOf, goodVenv, recordOf, told} from '../../helpers/artifact.ts';

const path = '/opt/app/lib/python3.11/site-packages/demo/settings.py';
/** Put together here, so that nobody who looks for secrets finds any in this file. */
const random = 'q7Rk2VbX9mLw4TzH8cYd1NfJ6sPa3GuE5oWi0BxK';
const body = Array.from({length: 8}, (_, line) =>
	`${random.slice(line)}${random.slice(0, line)}`.repeat(2).slice(0, 64),
);
const key = (kind: string, first = 'MIIE') =>
	`-----BEGIN ${kind}PRIVATE KEY-----\n${first}${body.join('\n')}\n-----END ${kind}PRIVATE KEY-----\n`;

const holds = test.macro({
	exec: async (t, text: string, expected: string[], at: string = path) => {
		const findings = await findingsOf(secrets, artifact(goodVenv({[at]: text})));
		t.deepEqual(
			findings.map(({code, severity, offset}) => `${code} ${severity} ${offset}`),
			expected,
		);
		t.false(JSON.stringify(findings).includes(random.slice(4, 14)), 'a secret is not repeated');
	},
	title: (name = '') => name,
});

test('a private key', holds, `x\n${key('')}`, ['SECRET_PRIVATE_KEY error 13']);
test('of RSA', holds, key('RSA '), ['SECRET_PRIVATE_KEY error 15']);
test('of OpenSSH', holds, key('OPENSSH ', 'b3BlbnNzaC1rZXktdjEA'), ['SECRET_PRIVATE_KEY error 19']);
test('in a string of a program', holds, `KEY = "${key('').replaceAll('\n', String.raw`\n`)}"`, [
	'SECRET_PRIVATE_KEY error 18',
]);
test('a public key', holds, key('').replaceAll('PRIVATE', 'PUBLIC'), []);
test('the mark of a key alone', holds, 'if line == "-----BEGIN PRIVATE KEY-----":\n    pass\n', []);
test('a key that is left out', holds, '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n', []);

const token = (before: string, length: number) => before + random.slice(0, length);
test('a token for GitHub', holds, `T = '${token('ghp_', 36)}'`, ['SECRET_TOKEN error 5']);
test('a token for PyPI', holds, token(`pypi-${'AgE'}IcHlwaS5vcmc`, 30) + random, ['SECRET_TOKEN error 0']);
test('an access key of AWS', holds, `${'AKIA'}Q7RK2VBX7MLW4TZH`, ['SECRET_TOKEN error 0']);
test('the one of its manual', holds, `${'AKIA'}IOSFODNN7EXAMPLE`, []);
test('a key of Stripe', holds, token(`sk_${'live'}_`, 24), ['SECRET_TOKEN error 0']);
test('a key of Google', holds, token(`AI${'za'}`, 35), ['SECRET_TOKEN error 0']);
test('a token for GitLab', holds, token(`gl${'pat'}-`, 20), ['SECRET_TOKEN error 0']);
test('what is no token', holds, `ghp_ ${'ghp_'}${'x'.repeat(36)} AKIA sk_live_ pypi-AgE`, []);

test('a password in an address', holds, `url = postgres://app:${random.slice(0, 12)}@db.corp.net/x`, [
	'SECRET_URL warning 14',
]);
test(
	'an address of an example',
	holds,
	'redis://user:password@redis.example.com postgres://a:b@localhost http://x:{pw}@corp.net',
	[],
);
test('an address without a password', holds, 'https://ada@corp.net/a:b@c ssh://git@github.com:22/x', []);

test(
	'a netrc',
	holds,
	`machine corp.net login ada password ${random}\n`,
	['SECRET_FILE error undefined'],
	'/opt/app/.netrc',
);
test('a netrc without a password', holds, 'machine corp.net login ada\n', [], '/opt/app/.netrc');
test(
	'a pypirc',
	holds,
	`[pypi]\nusername = ada\npassword = ${random}\n`,
	['SECRET_FILE error undefined'],
	'/opt/app/.pypirc',
);
test(
	'settings of a developer',
	holds,
	`DEBUG=1\nSECRET_KEY=${random}\n`,
	['SECRET_FILE error undefined'],
	'/opt/app/.env',
);
test('settings that are none of secrets', holds, 'DEBUG=1\n', [], '/opt/app/.env');
test('an example of settings', holds, `SECRET_KEY=${random}\n`, [], '/opt/app/.env.example');
test('what is no text', holds, `\0${key('')}`, []);

test('what is in a downloaded wheel everybody has: a note', async t => {
	const info = '/opt/app/lib/python3.11/site-packages/demo-1.0.dist-info/RECORD';
	const files = {[path]: key('')};
	const subject = artifact(goodVenv({...files, [info]: recordOf(files, info)}));
	t.deepEqual(told(await findingsOf(secrets, subject)), [`SECRET_PRIVATE_KEY note ${path}`]);
});

test('the same in chunks of any size', t => {
	const text = Buffer.from(
		`${'words '.repeat(700)}${key('EC ', 'MHcC')}${'more '.repeat(500)}${token('ghp_', 36)} end`,
	);
	const whole = new SecretStream();
	whole.push(text);
	const expected = whole.close();
	t.is(expected.length, 2);
	fc.assert(
		fc.property(fc.array(fc.integer({min: 1, max: 3000}), {minLength: 1, maxLength: 30}), sizes => {
			const stream = new SecretStream();
			let at = 0;
			for (const size of sizes) {
				stream.push(text.subarray(at, at + size));
				at += size;
			}

			stream.push(text.subarray(at));
			t.deepEqual(stream.close(), expected);
		}),
	);
});
