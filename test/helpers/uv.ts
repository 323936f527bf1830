import {arch, homedir} from 'node:os';
import {dirname} from 'node:path';
import {libcOf} from '../../src/host/libc.ts';
import {openWeb} from '../../src/host/web.ts';
import {cacheFolder} from '../../src/stage/download/cache.ts';
import {findUv} from '../../src/stage/uv.ts';

let uv: Promise<string | undefined> | undefined;

/** uv: the one on PATH, else the pinned one, which is fetched from the index once; undefined without a network. */
export function uvOfTests(): Promise<string | undefined> {
	uv ??= findOrFetchUv();
	return uv;
}

/** The folder that holds it, for a PATH. */
export async function uvFolder(): Promise<string | undefined> {
	const found = await uvOfTests();
	return found && dirname(found);
}

async function findOrFetchUv(): Promise<string | undefined> {
	const environment = process.env;
	const web = openWeb({environment, authorize: () => Promise.resolve(undefined)});
	try {
		return await findUv({
			machine: arch() === 'arm64' ? 'aarch64' : 'x86_64',
			libc: libcOf().family,
			indexes: {indexUrl: '', extraIndexUrls: [], findLinks: []},
			web,
			cache: cacheFolder({HOME: homedir(), ...environment}),
			offline: false,
			listener: () => undefined,
			environment,
		});
	} finally {
		web.close();
	}
}
