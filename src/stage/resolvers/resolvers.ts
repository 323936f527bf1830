import type {Web} from '../../host/web.ts';
import {HostError} from '../../model/errors.ts';
import type {HostPath} from '../../model/paths.ts';
import {pipVersion} from '../installers/pip.ts';
import type {Environment} from '../interpreters/probe.ts';
import {findUv} from '../uv.ts';
import {pipResolver} from './pip.ts';
import type {ResolveRequest, Resolver} from './resolver.ts';
import {uvResolver} from './uv.ts';

/** The first pip that reports what it would install, and the first that installs into a venv without a pip. */
const oldestPip = [22, 3] as const;

/**
 * uv where it is or can be had, else pip of the builder's interpreter.
 * Throws a HostError (INSTALLER_MISSING) where there is neither.
 */
export async function resolverFor(
	request: Omit<ResolveRequest, 'wanted'> & {web: Web; libc: 'glibc' | 'musl'},
): Promise<Resolver> {
	const {plan} = request;
	const uv = await findUv({...request, machine: plan.machine, offline: plan.offline});
	if (uv !== undefined) {
		return uvResolver(uv);
	}

	await refuseMissingPip(plan.python.builder, request.environment);
	return pipResolver(plan.python.builder);
}

async function refuseMissingPip(python: HostPath, environment: Environment): Promise<void> {
	const version = await pipVersion(python, environment);
	const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
	if (major < oldestPip[0] || (major === oldestPip[0] && minor < oldestPip[1])) {
		const has =
			version === undefined ? 'no pip' : `pip ${version}, and ${oldestPip.join('.')} is the first that will do`;
		throw new HostError(`there is no uv on PATH or in the cache, none came from the index, and ${python} has ${has}`, {
			code: 'INSTALLER_MISSING',
			hint: 'install uv, or a newer pip for this interpreter',
		});
	}
}
