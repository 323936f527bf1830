import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {decodePylock} from '../../codecs/pylock.ts';
import {decodeRequirementName} from '../../codecs/requirement-name.ts';
import {run} from '../../host/run.ts';
import type {InputError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Indexes, Lock} from '../../model/plan.ts';
import {inTurn, missingOffline} from '../download/download.ts';
import {hashPromises} from '../hash-promises.ts';
import {toolEnvironment} from '../installers/installer.ts';
import type {Environment} from '../interpreters/probe.ts';
import {blamingInput} from './failure.ts';
import type {BuildRequirements, Resolution, ResolveRequest, Resolver} from './resolver.ts';

/** Resolves with the uv at `program`. Credentials travel in its environment: arguments are seen by everybody on the machine. */
export function uvResolver(program: HostPath): Resolver {
	return {
		name: 'uv',
		uv: program,
		async resolve(request) {
			const {input} = request.plan;
			const lock = input.kind === 'project' ? input.lock : undefined;
			return lock?.kind === 'uv.lock' ? exported(program, lock, request) : compiled(program, request);
		},
		async installBuildRequirements(request) {
			await installBuildRequirements(program, request);
		},
	};
}

async function compiled(program: HostPath, request: ResolveRequest): Promise<Resolution> {
	const {plan, wanted, work} = request;
	const folder = hostPath(join(work, 'resolve'));
	mkdirSync(folder, {recursive: true});
	const output = join(folder, 'pylock.toml');
	writeFileSync(join(folder, 'wanted.txt'), wanted.map(line => `${line}\n`).join(''));
	const version = plan.targetVersion || plan.python.version;
	const args = [
		...['pip', 'compile', '--format', 'pylock.toml', '--output-file', output, '--quiet'],
		...['--python', plan.python.builder, '--python-version', version],
		...plan.constraints.flatMap(file => ['--constraint', file]),
		...plan.groups.flatMap(group => ['--group', group]),
		...(wanted.length > 0 ? [join(folder, 'wanted.txt')] : []),
		...plan.requirements,
		...commonFlags(request),
	];
	await blamingInput(
		{
			code: 'RESOLVE_FAILED',
			doing: 'resolving what to install with uv',
			input: [...plan.from, ...plan.requirements].join(', ') || 'the project',
			hint: `read what uv says above; the target has Python ${version}`,
		},
		async () => runUv(program, args, request, {code: 'RESOLVE_FAILED', doing: 'resolving what to install'}),
	).catch(async (error: unknown) => {
		throw plan.offline ? ((await offlineMissing(program, request, error)) ?? error) : error;
	});
	return {lock: decodePylock(readFileSync(output, 'utf8'), hostPath(output)), folder, by: 'the index'};
}

/**
 * uv names the first requirement that it cannot have, and the user wants to know of all: each is asked for alone.
 * Returns an InputError (OFFLINE_MISSING); undefined where none is missing by itself.
 */
async function offlineMissing(
	program: HostPath,
	request: ResolveRequest,
	cause: unknown,
): Promise<InputError | undefined> {
	const {plan, environment, work} = request;
	const listed = hashPromises(plan, environment).lines.map(line => line.requirement);
	const asked = [...new Set([...plan.from, ...listed])].filter(line => decodeRequirementName(line) !== undefined);
	const missing = await inTurn(asked, async (line, at) => {
		const file = join(work, 'resolve', `one-${at}.txt`);
		writeFileSync(file, `${line}\n`);
		const args = [
			'pip',
			'compile',
			'--no-deps',
			'--quiet',
			'--python',
			plan.python.builder,
			file,
			...commonFlags(request),
		];
		try {
			await runUv(
				program,
				args,
				{...request, listener: () => undefined},
				{code: 'RESOLVE_FAILED', doing: 'looking into the cache'},
			);
			return [];
		} catch {
			return [line];
		}
	});
	return missing.flat().length === 0 ? undefined : missingOffline(missing.flat(), cause);
}

/** `uv export` writes what a uv.lock holds as it is; whether it still fits the project, `uv lock --check` tells. */
async function exported(program: HostPath, lock: Lock, request: ResolveRequest): Promise<Resolution> {
	const {plan} = request;
	// uv writes paths relative to the folder that it runs in, which for a member of a workspace is not the lock's.
	const project = plan.input.kind === 'project' ? plan.input.directory : hostPath(dirname(lock.file));
	await blamingInput(
		{
			code: 'LOCK_STALE',
			doing: `${lock.file} does not fit the project any more: uv lock --check`,
			input: lock.file,
			hint: 'run uv lock, look at what changed, and commit it',
		},
		async () =>
			runUv(program, ['lock', '--check', '--python', plan.python.builder, ...commonFlags(request)], request, {
				code: 'LOCK_STALE',
				doing: 'comparing uv.lock with the project',
				cwd: project,
			}),
	);
	const args = [
		...['export', '--frozen', '--format', 'pylock.toml', '--quiet', '--no-default-groups'],
		...['--python', plan.python.builder],
		...plan.extras.flatMap(extra => ['--extra', extra]),
		...plan.groups.flatMap(group => ['--group', group]),
		...commonFlags(request),
	];
	const {stdout} = await blamingInput(
		{code: 'LOCK_EXPORT', doing: `reading ${lock.file} with uv`, input: lock.file, hint: 'read what uv says above'},
		async () => runUv(program, args, request, {code: 'LOCK_EXPORT', doing: 'reading uv.lock', cwd: project}),
	);
	return {lock: decodePylock(stdout, lock.file), folder: project, by: lock.file};
}

async function installBuildRequirements(program: HostPath, request: BuildRequirements): Promise<void> {
	const args = [
		...['pip', 'install', '--python', request.venvPython, '--no-progress', '--link-mode', 'copy'],
		...(request.constraints === undefined ? [] : ['--constraint', request.constraints]),
		...request.requirements,
		...commonFlags(request),
	];
	await runUv(program, args, request, {code: 'BUILD_REQUIREMENTS', doing: 'installing what the build needs'});
}

function commonFlags({plan, cache}: Omit<ResolveRequest, 'wanted'>): string[] {
	return [
		...['--cache-dir', join(cache, 'uv'), '--color', 'never', '--no-python-downloads'],
		...(plan.offline ? ['--offline'] : []),
	];
}

interface UvRun {
	readonly code: string;
	readonly doing: string;
	readonly cwd?: HostPath;
}

async function runUv(
	program: HostPath,
	args: readonly string[],
	request: Omit<ResolveRequest, 'wanted'>,
	options: UvRun,
) {
	const {plan, work, indexes, environment, listener} = request;
	const temporary = hostPath(join(work, 'tmp'));
	mkdirSync(temporary, {recursive: true});
	const project = plan.input.kind === 'project' ? plan.input.directory : undefined;
	return run(program, args, {
		cwd: options.cwd ?? project ?? hostPath(process.cwd()),
		env: {...toolEnvironment(environment, temporary), ...uvSettings(environment), ...indexSettings(indexes)},
		listener,
		tool: 'uv',
		code: options.code,
		doing: options.doing,
	});
}

/** The user's own settings of uv hold, but for those that would have it do something else. */
function uvSettings(environment: Environment): Record<string, string> {
	const kept =
		/^UV_(?:INDEX_\w+_(?:USERNAME|PASSWORD)|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|HTTP_TIMEOUT|INDEX_STRATEGY|CONFIG_FILE|PRERELEASE|RESOLUTION|EXCLUDE_NEWER|CONSTRAINT|OVERRIDE|CONCURRENT_\w+|GIT_LFS|INDEX)$/;
	const names = Object.keys(environment).filter(name => kept.test(name) && name !== 'UV_INDEX');
	const keyring =
		environment.UV_KEYRING_PROVIDER ?? (environment.PIP_KEYRING_PROVIDER === 'subprocess' ? 'subprocess' : undefined);
	return {
		...Object.fromEntries(names.map(name => [name, environment[name] ?? ''])),
		...(keyring === undefined ? {} : {UV_KEYRING_PROVIDER: keyring}),
		...(environment.SSL_CERT_FILE === undefined && environment.PIP_CERT !== undefined
			? {SSL_CERT_FILE: environment.PIP_CERT}
			: {}),
	};
}

function indexSettings(indexes: Indexes): Record<string, string> {
	return {
		...(indexes.indexUrl === '' ? {} : {UV_DEFAULT_INDEX: indexes.indexUrl}),
		...(indexes.extraIndexUrls.length === 0 ? {} : {UV_INDEX: indexes.extraIndexUrls.join(' ')}),
		...(indexes.findLinks.length === 0 ? {} : {UV_FIND_LINKS: indexes.findLinks.join(',')}),
	};
}
