/** What a secret may look like. */
export type SecretKind = 'key' | 'token' | 'url';

/** What all secrets have in them, so that one fast pass finds where to look closer. */
export const traces: RegExp =
	/PRIVATE KEY-----|gh[opsu]_|github_pat_|pypi-AgE|AKIA|xox[bp]-|sk_live_|AIza|glpat-|npm_|:\/\//g;

/** Characters before and after a trace that decide what it is. */
export const before: number = 64;
export const after: number = 2048;

/** Tokens of well-known shapes, by the words of their makers. */
const tokens: ReadonlyArray<{readonly what: string; readonly shape: RegExp}> = [
	{what: 'a token for GitHub', shape: /(?<![A-Za-z0-9])gh[opsu]_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y},
	{what: 'a token for GitHub', shape: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])/y},
	{what: 'a token for PyPI', shape: /pypi-AgE[A-Za-z0-9_-]{60,}/y},
	{what: 'an access key of AWS', shape: /(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])/y},
	{what: 'a token for Slack', shape: /xox[bp]-\d{8,}-\d{8,}-[A-Za-z0-9-]{16,}/y},
	{what: 'a live key of Stripe', shape: /sk_live_[A-Za-z0-9]{24,}/y},
	{what: 'an API key of Google', shape: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y},
	{what: 'a token for GitLab', shape: /glpat-[A-Za-z0-9_-]{20,}/y},
	{what: 'a token for npm', shape: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y},
];

const login = /:\/\/([^\s/?#:@'"`<>\\]*):([^\s/?#@'"`<>\\]+)@([\w.-]+)/y;
/** Words and forms that stand for a password where one is explained. */
const example =
	/^(?:pass(?:word|wd|phrase)?\d*|pw[d\d]*|secret\w*|token\w*|user(?:name)?|test\w*|foo|bar|baz|spam|eggs|my\w*|your\w*|example\w*|admin|root|guest|hunter2|changeme|tiger|credentials?|x-oauth-basic|[a-z]|\d{1,4}|[x*.]+|[a-z]*pass(?:word)?)$|[{}$%[\]()|]/i;
const nowhere =
	/^(?:localhost|127\.[\d.]+|0\.0\.0\.0|(?:\w+\.)*example(?:\.\w+)?|host(?:name)?\d*|server|domain\.\w+|proxy(?:host)?|db|foo(?:\.\w+)?|bar(?:\.\w+)?|\w+|[\w.-]+\.(?:test|invalid|local|localhost|example))$/i;

/** What stands in a text at a trace; undefined where it is nothing secret. Never the secret itself. */
export function secretAt(text: string, at: number): {readonly kind: SecretKind; readonly what: string} | undefined {
	if (text.startsWith('://', at)) {
		login.lastIndex = at;
		const [, user = '', password = '', host = ''] = login.exec(text) ?? [];
		const isReal = password !== '' && !example.test(password) && !nowhere.test(host) && password !== user;
		return isReal ? {kind: 'url', what: `a password for ${host}`} : undefined;
	}

	if (text.startsWith('PRIVATE KEY-----', at)) {
		return isPrivateKey(text, at) ? {kind: 'key', what: 'a private key'} : undefined;
	}

	for (const {what, shape} of tokens) {
		shape.lastIndex = at;
		const [found] = shape.exec(text) ?? [];
		if (found !== undefined) {
			return isRandom(found) ? {kind: 'token', what} : undefined;
		}
	}

	return undefined;
}

/** The first bytes of DER and of OpenSSH's own form, in base64; a body that is encrypted has headers. RFC 7468, RFC 1421. */
const body = /^(?:M[A-I]|b3BlbnNzaC1rZXkt)/;
const shortestBody = 60;

function isPrivateKey(text: string, at: number): boolean {
	const head = text.slice(Math.max(0, at - 32), at);
	if (!/-----BEGIN (?:[A-Z]+ ){0,2}$/.test(head)) {
		return false;
	}

	const rest = text.slice(at + 'PRIVATE KEY-----'.length, at + after);
	const [content = ''] = rest.split('-----');
	// Line breaks as they stand in files, in strings of programs and in JSON; quotes and indents of programs.
	const plain = content.replaceAll(/\\[rn]|[\s"',+]/g, '');
	return plain.startsWith('Proc-Type:') || (body.test(plain) && plain.length >= shortestBody && isRandom(plain));
}

/** What was made by chance has many characters, and no words of an example. */
function isRandom(text: string): boolean {
	return new Set(text.slice(4)).size >= 10 && !/example|xxxx|0{8}|1234567|abcdef/i.test(text.slice(0, 200));
}
