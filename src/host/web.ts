import {createHash} from 'node:crypto';
import {createWriteStream, existsSync, readFileSync} from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import {pipeline} from 'node:stream/promises';
import {setTimeout as wait} from 'node:timers/promises';
import * as tls from 'node:tls';
import {HostError, VenvpackError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {interruption, withoutCredentials} from './run.ts';
import {knownPart, partOf, rangeText, type WebPart, type WebRange} from './web-part.ts';

export interface WebOptions {
	/** Proxies (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) and certificates (SSL_CERT_FILE, PIP_CERT, REQUESTS_CA_BUNDLE) are taken from it. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/**
	 * The Authorization header for a URL; undefined for none. Called again, `challenged`, when the first answer was a
	 * refusal. It is asked anew for each redirection, so nothing is sent to a host that it is not meant for.
	 */
	authorize(url: URL, challenged: boolean): Promise<string | undefined>;
}

/** Reads from HTTP servers. Failures that may pass are tried again. */
export interface Web {
	/** A page as text, with the URL that it came from in the end. */
	text(url: string, accept: string): Promise<{text: string; contentType: string; base: string}>;
	/** Writes a file, and returns its sha256 (hexadecimal) and size (bytes). */
	file(url: string, to: HostPath, onBytes: (bytes: number) => void): Promise<{sha256: string; size: number}>;
	/**
	 * The first bytes of a file, `length` of them or all of a shorter one. From a server that knows no ranges the whole comes
	 * and is written to `to` instead: undefined.
	 */
	beginning(url: string, asked: Beginning): Promise<WebPart | undefined>;
	/** Exactly these bytes of a file of which `known` was told before. */
	part(url: string, range: WebRange, known: Pick<WebPart, 'total' | 'version'>): Promise<WebPart>;
	/** Lets go of idle connections. */
	close(): void;
}

export interface Beginning {
	readonly length: number;
	readonly to: HostPath;
	onBytes(bytes: number): void;
}

const tries = 4;
const firstPauseMs = 500;
const idleMs = 60_000;
const redirections = 10;

/**
 * Throws from its functions a HostError: DOWNLOAD_FAILED, INDEX_REFUSED where credentials are missing or wrong; RANGE_WRONG
 * where a server sends another part than was asked for, ARTIFACT_CHANGED where the file is another than before.
 */
export function openWeb(options: WebOptions): Web {
	const agents = agentsOf(options.environment);
	const get = async <T>(
		url: string,
		accept: string,
		take: (answer: http.IncomingMessage, base: string) => Promise<T>,
		range?: WebRange,
	) =>
		patiently(url, async () => {
			const {answer, base} = await follow(new URL(url), {accept, agents, authorize: options.authorize, range});
			return take(answer, base);
		});
	return {
		async text(url, accept) {
			return get(url, accept, async (answer, base) => ({
				text: Buffer.concat(await answer.toArray()).toString('utf8'),
				contentType: answer.headers['content-type'] ?? '',
				base,
			}));
		},
		async file(url, to, onBytes) {
			return get(url, '*/*', answer => toFile(answer, to, onBytes));
		},
		async beginning(url, {length, to, onBytes}) {
			const range = {start: 0, length};
			const take = async (answer: http.IncomingMessage) => {
				if (answer.statusCode === 206) {
					return partOf(url, answer, range);
				}

				if (answer.statusCode === 416) {
					// An empty file has no first byte.
					answer.resume();
					await this.file(url, to, onBytes);
				} else {
					await toFile(answer, to, onBytes);
				}

				return undefined;
			};
			return get(url, '*/*', take, range);
		},
		async part(url, range, known) {
			return get(url, '*/*', answer => knownPart(url, answer, {range, known}), range);
		},
		close() {
			agents.http.destroy();
			agents.https.destroy();
		},
	};
}

async function toFile(
	answer: http.IncomingMessage,
	to: HostPath,
	onBytes: (bytes: number) => void,
): Promise<{sha256: string; size: number}> {
	const hash = createHash('sha256');
	let size = 0;
	await pipeline(
		answer,
		async function* (chunks: AsyncIterable<Buffer>) {
			for await (const chunk of chunks) {
				hash.update(chunk);
				size += chunk.length;
				onBytes(chunk.length);
				yield chunk;
			}
		},
		createWriteStream(to),
	);
	return {sha256: hash.digest('hex'), size};
}

interface Agents {
	readonly http: http.Agent;
	readonly https: https.Agent;
}

/** `proxyEnv` is known from Node 22.21 and 24.5 on; an older one connects directly. */
function agentsOf(environment: WebOptions['environment']): Agents {
	const common = {keepAlive: true, maxSockets: 16, proxyEnv: {...environment}};
	let agent: https.Agent | undefined;
	return {
		http: new http.Agent(common),
		get https() {
			// Hundreds of certificates are parsed: once, and only where there is need.
			agent ??= new https.Agent({...common, secureContext: tls.createSecureContext({ca: certificates(environment)})});
			return agent;
		},
	};
}

/** Those of Node, of the system, and of the files that pip and uv are pointed at. */
function certificates(environment: WebOptions['environment']): string[] {
	const files = ['SSL_CERT_FILE', 'PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']
		.map(name => environment[name] ?? '')
		.filter(file => file !== '' && existsSync(file));
	const known = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
	return [...new Set([...known, ...new Set(files.map(file => readFileSync(file, 'utf8')))])];
}

interface Request {
	readonly accept: string;
	readonly agents: Agents;
	readonly authorize: WebOptions['authorize'];
	readonly range?: WebRange | undefined;
}

async function follow(start: URL, request: Request): Promise<{answer: http.IncomingMessage; base: string}> {
	let url = start;
	for (let at = 0; at < redirections; at++) {
		let answer = await ask(url, request, await request.authorize(url, false));
		if (answer.statusCode === 401 || answer.statusCode === 403) {
			const better = await request.authorize(url, true);
			if (better !== undefined) {
				answer.resume();
				answer = await ask(url, request, better);
			}
		}

		const status = answer.statusCode ?? 0;
		const next = answer.headers.location;
		if (status >= 300 && status < 400 && next !== undefined && URL.canParse(next, url.href)) {
			answer.resume();
			url = new URL(next, url);
		} else if (status === 200 || (request.range !== undefined && (status === 206 || status === 416))) {
			return {answer, base: url.href};
		} else {
			answer.resume();
			throw new StatusError(status);
		}
	}

	throw new StatusError(310);
}

async function ask(url: URL, request: Request, authorization: string | undefined): Promise<http.IncomingMessage> {
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw new StatusError(0);
	}

	const secure = url.protocol === 'https:';
	const bare = new URL(url);
	bare.username = '';
	bare.password = '';
	return new Promise((resolve, reject) => {
		const options = {
			agent: secure ? request.agents.https : request.agents.http,
			signal: interruption.signal,
			timeout: idleMs,
			headers: {
				'user-agent': 'venvpack',
				accept: request.accept,
				'accept-encoding': 'identity',
				...(request.range === undefined ? {} : {range: rangeText(request.range)}),
				...(authorization === undefined ? {} : {authorization}),
			},
		};
		const asked = secure ? https.get(bare, options, resolve) : http.get(bare, options, resolve);
		asked.on('error', reject);
		asked.on('timeout', () => asked.destroy(new Error(`no answer for ${idleMs / 1000} seconds`)));
	});
}

class StatusError extends Error {
	readonly status: number;

	constructor(status: number) {
		super(
			status === 0
				? 'only http and https are known here'
				: status === 310
					? 'too many redirections'
					: `status ${status}`,
		);
		this.status = status;
	}

	get passing(): boolean {
		return [408, 425, 429, 500, 502, 503, 504].includes(this.status);
	}
}

async function patiently<T>(url: string, attempt: () => Promise<T>): Promise<T> {
	for (let at = 1; ; at++) {
		try {
			return await attempt();
		} catch (error) {
			if (interruption.signal.aborted) {
				throw new HostError('the download was stopped', {code: 'INTERRUPTED'});
			}

			// What whoever listens threw, such as a limit, is not the network's either.
			if (isLocal(error) || error instanceof VenvpackError) {
				throw error;
			}

			if (at === tries || (error instanceof StatusError && !error.passing)) {
				throw failure(url, error);
			}
		}

		await wait(firstPauseMs * 2 ** (at - 1), undefined, {signal: interruption.signal});
	}
}

/** The disk's fault, not the network's: whoever gave the path knows what to say. */
function isLocal(error: unknown): boolean {
	return (
		error instanceof Error &&
		'code' in error &&
		['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOENT'].includes(String(error.code))
	);
}

function failure(url: string, error: unknown): HostError {
	const shown = withoutCredentials(url);
	const reason = withoutCredentials(error instanceof Error ? error.message || String(error) : String(error));
	const status = error instanceof StatusError ? error.status : undefined;
	if (status === 401 || status === 403) {
		return new HostError(`${new URL(url).host} refuses to give ${shown}: ${reason}`, {
			code: 'INDEX_REFUSED',
			hint: 'name and password belong into the index URL, a netrc file, keyring or UV_INDEX_NAME_USERNAME and _PASSWORD',
		});
	}

	return new HostError(`${shown} cannot be downloaded: ${reason}`, {
		code: 'DOWNLOAD_FAILED',
		hint:
			status === undefined
				? 'see whether this machine reaches that host; HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are heeded'
				: 'look whether the index still has this file; a lock file may name one that is gone',
	});
}
