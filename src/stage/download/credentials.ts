import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {decodeNetrc} from '../../codecs/netrc.ts';
import {run} from '../../host/run.ts';
import type {Environment} from '../interpreters/probe.ts';
import type {IndexUrl} from './index-urls.ts';

/** Knows which name and password a server is to be given. */
export interface Credentials {
	/** The Authorization header for a URL; `challenged` after a refusal: then keyring is asked too. */
	authorize(url: URL, challenged: boolean): Promise<string | undefined>;
}

interface Login {
	readonly user: string;
	readonly password: string;
}

/**
 * Credentials as uv and pip find them: in the URL itself; in the URL or environment of an index of the same scheme, host and port;
 * in a netrc file (NETRC, else ~/.netrc) for the host; last, after a refusal, from the `keyring` program.
 */
export function credentialsOf(indexes: readonly IndexUrl[], environment: Environment): Credentials {
	const netrc = readNetrc(environment);
	const asked = new Map<string, Promise<Login | undefined>>();
	return {
		async authorize(url, challenged) {
			const own = url.username === '' ? undefined : loginOf(url);
			const index = bestIndex(indexes, url);
			const machine = netrc.find(login => login.machine === url.hostname);
			const known =
				own ??
				(index && index.password !== '' ? {user: index.user, password: index.password} : undefined) ??
				(machine && {user: machine.login, password: machine.password});
			if (known && !challenged) {
				return header(known);
			}

			if (!challenged || known) {
				return undefined;
			}

			const user = index?.user || url.username;
			const key = `${user}@${url.origin}`;
			const answer = asked.get(key) ?? askKeyring([index?.url.href ?? url.href, url.host], user, environment);
			asked.set(key, answer);
			const login = await answer;
			return login && header(login);
		},
	};
}

/** What netrc knows, as `https://user:password@host`: none of it may end in an artifact, whichever tool asked for it. */
export function netrcLogins(environment: Environment): string[] {
	return readNetrc(environment)
		.filter(({password}) => password !== '')
		.map(({machine, login, password}) => {
			const [user, secret] = [login, password].map(encodeURIComponent);
			return `https://${user}:${secret}@${machine}`;
		});
}

function loginOf(url: URL): Login {
	return {user: decodeURIComponent(url.username), password: decodeURIComponent(url.password)};
}

function header({user, password}: Login): string {
	return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** Of the indexes at the same origin the one whose path has most in common: two may want different names. */
function bestIndex(indexes: readonly IndexUrl[], url: URL): IndexUrl | undefined {
	const near = indexes.filter(index => index.url.origin === url.origin && (index.user !== '' || index.password !== ''));
	return near.find(index => url.pathname.startsWith(index.url.pathname)) ?? near[0];
}

function readNetrc(environment: Environment) {
	try {
		const home = environment.HOME || homedir();
		return decodeNetrc(readFileSync(environment.NETRC || join(home, '.netrc'), 'utf8'));
	} catch {
		// None, or not for us.
		return [];
	}
}

/** The subprocess provider of uv and pip: `keyring get SERVICE USER`, first for the URL, then for the host. */
async function askKeyring(
	services: readonly string[],
	name: string,
	environment: Environment,
): Promise<Login | undefined> {
	const wanted = [environment.UV_KEYRING_PROVIDER, environment.PIP_KEYRING_PROVIDER].includes('subprocess');
	if (!wanted && name === '') {
		return undefined;
	}

	const user = name || 'oauth2accesstoken';
	for (const service of services) {
		try {
			const {stdout} = await run('keyring', ['get', service, user], {env: environment});
			const password = stdout.replace(/\r?\n$/, '');
			if (password !== '') {
				return {user, password};
			}
		} catch {
			// No such program, or it knows nothing of this service.
		}
	}

	return undefined;
}
