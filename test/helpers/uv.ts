import {homedir} from 'node:os';
import {join} from 'node:path';
import {libcOf} from '../../src/host/libc.ts';
import {openWeb} from '../../src/host/web.ts';
import {hostPath} from '../../src/model/paths.ts';
import {cacheFolder} from '../../src/stage/download/cache.ts';
import {findUv} from '../../src/stage/uv.ts';

/** The folder of a uv: that of PATH, else of the pinned one, which is fetched from the index once; undefined without a network. */
export async function uvFolder(): Promise<string | undefined> {
	const {environment, machine} = {environment: process.env, machine: process.arch === 'x64' ? 'x86_64' : 'aarch64'};
	const web = openWeb({environment, authorize: async () => undefined});
	const uv = await findUv({
		machine,
		libc: libcOf().family,
		indexes: {indexUrl: '', extraIndexUrls: [], findLinks: []},
		web,
		cache: cacheFolder({HOME: homedir(), ...environment}),
		offline: false,
		listener: () => undefined,
		environment,
	});
	web.close();
	return uv && hostPath(join(uv, '..'));
}
