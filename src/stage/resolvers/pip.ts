import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {decodePipReport} from '../../codecs/pip-report.ts';
import {run} from '../../host/run.ts';
import {InputError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import {toolEnvironment} from '../installers/installer.ts';
import {blamingInput} from './failure.ts';
import type {Resolution, ResolveRequest, Resolver} from './resolver.ts';

/** Resolves with the pip of the builder's interpreter, where there is no uv. */
export function pipResolver(python: HostPath): Resolver {
	return {
		name: 'pip',
		uv: undefined,
		async resolve(request) {
			refuseLock(request);
			return resolve(python, request);
		},
		async installBuildRequirements(request) {
			const constraint = request.constraints === undefined ? [] : ['--constraint', request.constraints];
			const args = ['--python', request.venvPython, 'install', ...common, ...constraint, ...request.requirements];
			await runPip(python, args, request, {code: 'BUILD_REQUIREMENTS', doing: 'installing what the build needs'});
		},
	};
}

const common = ['--disable-pip-version-check', '--no-input', '--no-color', '--progress-bar', 'off'];

/** pip knows no lock of uv, and nothing of what it would install instead. */
function refuseLock({plan}: ResolveRequest): void {
	const lock = plan.input.kind === 'project' ? plan.input.lock : undefined;
	if (lock?.kind === 'uv.lock' || plan.groups.length > 0) {
		const what = lock?.kind === 'uv.lock' ? lock.file : `the groups ${plan.groups.join(', ')}`;
		throw new InputError(`${what}: only uv can read this, and there is none here`, {
			code: 'UV_NEEDED',
			input: what,
			hint: 'install uv, or let it be fetched: it is not on PATH, not in the cache and not to be had from the index',
		});
	}
}

async function resolve(python: HostPath, request: ResolveRequest): Promise<Resolution> {
	const {plan, work, wanted} = request;
	const folder = hostPath(join(work, 'resolve'));
	mkdirSync(folder, {recursive: true});
	const file = join(folder, 'wanted.txt');
	writeFileSync(file, wanted.map(line => `${line}\n`).join(''));
	const args = [
		...['install', '--dry-run', '--ignore-installed', '--quiet', '--report', join(folder, 'report.json'), ...common],
		...plan.constraints.flatMap(constraint => ['--constraint', constraint]),
		...(wanted.length > 0 ? ['--requirement', file] : []),
		...plan.requirements.flatMap(requirements => ['--requirement', requirements]),
	];
	await blamingInput(
		{
			code: 'RESOLVE_FAILED',
			doing: 'resolving what to install with pip',
			input: [...plan.from, ...plan.requirements].join(', ') || 'the project',
			hint: 'read what pip says above',
		},
		async () => runPip(python, args, request, {code: 'RESOLVE_FAILED', doing: 'resolving what to install'}),
	);
	const report = hostPath(join(folder, 'report.json'));
	return {lock: decodePipReport(readFileSync(report, 'utf8')), folder, by: 'the index'};
}

async function runPip(
	python: HostPath,
	args: readonly string[],
	request: Omit<ResolveRequest, 'wanted'>,
	options: {readonly code: string; readonly doing: string},
): Promise<void> {
	const {plan, work, indexes, environment, listener} = request;
	const temporary = hostPath(join(work, 'tmp'));
	mkdirSync(temporary, {recursive: true});
	const settings = Object.entries(environment).filter(([name]) =>
		/^PIP_(?:CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|KEYRING_PROVIDER|TIMEOUT|DEFAULT_TIMEOUT|RETRIES|CONFIG_FILE)$/.test(
			name,
		),
	);
	await run(python, ['-m', 'pip', ...args], {
		cwd: plan.input.kind === 'project' ? plan.input.directory : hostPath(process.cwd()),
		env: {
			...toolEnvironment(environment, temporary),
			...Object.fromEntries(settings),
			PIP_CACHE_DIR: join(request.cache, 'pip'),
			...(indexes.indexUrl === '' ? {} : {PIP_INDEX_URL: indexes.indexUrl}),
			...(indexes.extraIndexUrls.length === 0 ? {} : {PIP_EXTRA_INDEX_URL: indexes.extraIndexUrls.join(' ')}),
			...(indexes.findLinks.length === 0 ? {} : {PIP_FIND_LINKS: indexes.findLinks.join(' ')}),
			...(plan.offline ? {PIP_NO_INDEX: '1'} : {}),
		},
		listener,
		tool: 'pip',
		...options,
	});
}
