import {readFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** How the server answers a request for a part of a file, the first being number 0. */
export type Manner = (given: Answering) => void;

export interface Answering {
	readonly number: number;
	readonly bytes: Buffer;
	/** What is asked for; all of it where no part is. */
	readonly start: number;
	readonly end: number;
	readonly isPart: boolean;
	readonly response: ServerResponse;
}

/** A plain web server with files of this machine, and what it was asked for. */
export interface RangeServer {
	/** The address of a file. */
	url(name: string): string;
	/** What each request asked for, such as `a.asar bytes=0-9`. */
	readonly asked: readonly string[];
	/** Bytes of bodies that it sent. */
	sent(): number;
	/** Answers the next requests so. */
	behave(manner: Manner): void;
	close(): void;
}

/** As nginx and others do it: RFC 9110, section 14. */
export const honest: Manner = ({bytes, start, end, isPart, response}) => {
	const headers = {etag: '"one"', 'accept-ranges': 'bytes', 'content-length': end - start};
	if (isPart && start >= bytes.length) {
		response.writeHead(416).end();
	} else {
		const range = {'content-range': `bytes ${start}-${end - 1}/${bytes.length}`};
		response.writeHead(isPart ? 206 : 200, {...headers, ...(isPart ? range : {})}).end(bytes.subarray(start, end));
	}
};

/** Without a word for parts: python -m http.server. */
export const whole: Manner = ({bytes, response}) => {
	response.writeHead(200, {'content-length': bytes.length}).end(bytes);
};

export async function rangeServer(files: Readonly<Record<string, string>>): Promise<RangeServer> {
	const asked: string[] = [];
	let manner = honest;
	let written = 0;
	const answer = (request: IncomingMessage, response: ServerResponse) => {
		const name = decodeURIComponent((request.url ?? '').slice(1));
		const bytes = readFileSync(files[name] ?? '');
		const [, start = '0', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
		const number = asked.push(`${name} ${request.headers.range ?? 'all'}`) - 1;
		const end = last === '' ? bytes.length : Math.min(bytes.length, Number(last) + 1);
		manner({number, bytes, start: Number(start), end, isPart: last !== '', response});
	};
	const server = createServer((request, response) => {
		const write = response.end.bind(response);
		response.end = ((chunk?: unknown) => {
			written += chunk instanceof Uint8Array ? chunk.length : 0;
			return chunk instanceof Uint8Array ? write(chunk) : write();
		}) as typeof response.end;
		answer(request, response);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	// A test that fails closes nothing.
	server.unref();
	const {port} = server.address() as AddressInfo;
	return {
		url: name => `http://127.0.0.1:${port}/${encodeURIComponent(name)}`,
		asked,
		sent: () => written,
		behave(next) {
			manner = next;
		},
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	};
}
