import {createHash} from 'node:crypto';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';

export interface IndexOptions {
	/** Who may ask; default: everybody. */
	readonly user?: string;
	readonly password?: string;
	/** PEP 691 instead of PEP 503. */
	readonly json?: boolean;
	/** How many of venvpack's own requests for files are answered with 503 first. */
	readonly failures?: number;
	/** Names files, but has other bytes for them. */
	readonly tampered?: boolean;
}

export interface TestIndex {
	/** Of the simple API, without credentials. */
	readonly url: string;
	/** `http://user:password@…` */
	readonly urlWithCredentials: string;
	/** Paths that were asked for, with the Authorization header where one came. */
	readonly requests: ReadonlyArray<{
		readonly path: string;
		readonly authorization: string | undefined;
		readonly agent: string | undefined;
	}>;
}

/** Serves files as a package index of this test alone: PEP 503 or PEP 691, with Basic authentication where wanted. */
export async function serveIndex(
	t: ExecutionContext,
	files: Readonly<Record<string, Buffer>>,
	options: IndexOptions = {},
): Promise<TestIndex> {
	const requests: Array<TestIndex['requests'][number]> = [];
	let failures = options.failures ?? 0;
	const server = createServer((request, response) => {
		const path = decodeURIComponent(request.url ?? '/');
		requests.push({path, authorization: request.headers.authorization, agent: request.headers['user-agent']});
		if (!isAllowed(request, options)) {
			response.writeHead(401, {'www-authenticate': 'Basic realm="test"'}).end();
		} else if (path.startsWith('/simple/')) {
			page(path.split('/')[2] ?? '', files, {options, response});
		} else if (failures > 0 && request.headers['user-agent'] === 'venvpack') {
			failures--;
			response.writeHead(503).end();
		} else {
			file(files[path.replace('/files/', '')], options, response);
		}
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.teardown(() => server.close());
	const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	const login = `${encodeURIComponent(options.user ?? '')}:${encodeURIComponent(options.password ?? '')}@`;
	return {
		url: `http://${host}/simple`,
		urlWithCredentials: `http://${options.user === undefined ? '' : login}${host}/simple`,
		requests,
	};
}

function isAllowed(request: IncomingMessage, {user, password}: IndexOptions): boolean {
	const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
	return user === undefined || request.headers.authorization === expected;
}

interface Answering {
	readonly options: IndexOptions;
	readonly response: ServerResponse;
}

function page(project: string, files: Readonly<Record<string, Buffer>>, {options, response}: Answering): void {
	const own = Object.entries(files).filter(([name]) => name.replaceAll('_', '-').startsWith(`${project}-`));
	const links = own.map(([name, bytes]) => ({name, sha256: createHash('sha256').update(bytes).digest('hex')}));
	if (links.length === 0) {
		response.writeHead(404).end();
	} else if (options.json) {
		const listed = links.map(({name, sha256}) => ({filename: name, url: `/files/${name}`, hashes: {sha256}}));
		const text = JSON.stringify({meta: {'api-version': '1.0'}, name: project, files: listed});
		response.writeHead(200, {'content-type': 'application/vnd.pypi.simple.v1+json'}).end(text);
	} else {
		const anchors = links.map(({name, sha256}) => `<a href="/files/${name}#sha256=${sha256}">${name}</a><br/>`);
		response
			.writeHead(200, {'content-type': 'text/html'})
			.end(`<!DOCTYPE html><html><body>${anchors.join('')}</body></html>`);
	}
}

function file(bytes: Buffer | undefined, options: IndexOptions, response: ServerResponse): void {
	if (bytes === undefined) {
		response.writeHead(404).end();
	} else {
		response.writeHead(200).end(options.tampered ? Buffer.concat([bytes, Buffer.from('!')]) : bytes);
	}
}
