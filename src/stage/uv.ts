import {accessSync, chmodSync, constants, existsSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {accepted, decodeIndexPage} from '../codecs/simple-index.ts';
import {sha256Of} from '../host/digest.ts';
import type {Web} from '../host/web.ts';
import {InputError, VenvpackError} from '../model/errors.ts';
import type {Listener} from '../model/events.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Indexes} from '../model/plan.ts';
import {isCached, store} from './download/cache.ts';
import {defaultIndex} from './download/index-urls.ts';
import type {Environment} from './interpreters/probe.ts';
import {WheelArchive} from './wheel-check/archive.ts';

/** The uv that is fetched where the user has none. One version, so that the same inputs give the same packages. */
export const pinnedUv = '0.13.8';

interface PinnedWheel {
	readonly fileName: string;
	readonly sha256: string;
}

/** By machine and C library; as published on PyPI. */
const wheels: Readonly<Record<string, PinnedWheel>> = {
	'x86_64-glibc': {
		fileName: `uv-${pinnedUv}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`,
		sha256: 'e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984',
	},
	'x86_64-musl': {
		fileName: `uv-${pinnedUv}-py3-none-musllinux_1_1_x86_64.whl`,
		sha256: '29451c60f5e8b07403e0a175d5229efc36b0289b34143ff4aaa499a5dd52553a',
	},
	'aarch64-glibc': {
		fileName: `uv-${pinnedUv}-py3-none-manylinux_2_28_aarch64.whl`,
		sha256: '5337c30bb893b4f9ce0ceb921ba2da0d13f649da644f40ad3bef84083bef0203',
	},
	'aarch64-musl': {
		fileName: `uv-${pinnedUv}-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl`,
		sha256: '0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d',
	},
};

export interface FindUv {
	readonly machine: string;
	readonly libc: 'glibc' | 'musl';
	readonly indexes: Indexes;
	readonly web: Web;
	readonly cache: HostPath;
	readonly offline: boolean;
	readonly listener: Listener;
	readonly environment: Environment;
}

/**
 * Where uv is: on PATH; else the pinned one in the cache, its bytes confirmed at every use; else fetched from the user's
 * index. Undefined where none of that is possible: then pip does its work.
 */
export async function findUv(options: FindUv): Promise<HostPath | undefined> {
	return onPath(options.environment) ?? pinned(options);
}

function onPath(environment: Environment): HostPath | undefined {
	const folders = (environment.PATH ?? '').split(delimiter).filter(folder => folder.startsWith('/'));
	return folders.map(folder => hostPath(join(folder, 'uv'))).find(isProgram);
}

function isProgram(file: HostPath): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

async function pinned(options: FindUv): Promise<HostPath | undefined> {
	const wheel = wheels[`${options.machine}-${options.libc}`];
	if (wheel === undefined) {
		return undefined;
	}

	const folder = join(options.cache, 'tools', wheel.sha256);
	const archive = hostPath(join(folder, wheel.fileName));
	if (!(await isCached(archive, wheel.sha256))) {
		const fetched = !options.offline && (await fetch(wheel, archive, options));
		if (!fetched) {
			return undefined;
		}
	}

	return unpacked(archive, hostPath(join(folder, 'uv')));
}

async function fetch(wheel: PinnedWheel, archive: HostPath, options: FindUv): Promise<boolean> {
	try {
		const index = options.indexes.indexUrl || defaultIndex;
		const page = await options.web.text(`${index.replace(/\/+$/, '')}/uv/`, accepted);
		const file = decodeIndexPage(page).find(candidate => candidate.name === wheel.fileName);
		if (file === undefined) {
			throw new InputError(`the index has no ${wheel.fileName}`, {code: 'UV_MISSING', input: wheel.fileName});
		}

		await store(archive, async part => {
			const {sha256} = await options.web.file(file.url, part, () => undefined);
			if (sha256 !== wheel.sha256) {
				throw new InputError(`${wheel.fileName} of the index is not the one that is known`, {
					code: 'UV_MISSING',
					input: wheel.fileName,
				});
			}
		});
		options.listener({kind: 'note', message: `uv ${pinnedUv} was fetched from the index, since there is none on PATH`});
		return true;
	} catch (error) {
		if (!(error instanceof VenvpackError) || error.code === 'INTERRUPTED') {
			throw error;
		}

		options.listener({
			kind: 'note',
			message: `pip is used: there is no uv on PATH, and none could be fetched (${error.message})`,
		});
		return false;
	}
}

/** The program beside its wheel: unpacked anew where its bytes are not those of the wheel. */
async function unpacked(wheel: HostPath, program: HostPath): Promise<HostPath | undefined> {
	const archive = await WheelArchive.open(wheel, wheel);
	try {
		const member = archive.members.find(candidate => /^uv-[^/]+\.data\/scripts\/uv$/.test(candidate.name));
		if (member === undefined) {
			return undefined;
		}

		const [digest] = await archive.digest(member, ['sha256']);
		if (!existsSync(program) || (await sha256Of(program)) !== digest?.toString('hex')) {
			const bytes = await archive.read(member);
			await store(program, async part => {
				writeFileSync(part, bytes);
				chmodSync(part, 0o755);
			});
		}

		return program;
	} finally {
		archive.close();
	}
}
