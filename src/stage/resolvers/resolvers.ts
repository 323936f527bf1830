import type {Web} from '../../host/web.ts';
import {findUv} from '../uv.ts';
import {pipResolver} from './pip.ts';
import type {ResolveRequest, Resolver} from './resolver.ts';
import {uvResolver} from './uv.ts';

/** uv where it is or can be had, else pip of the builder's interpreter. */
export async function resolverFor(
	request: Omit<ResolveRequest, 'wanted'> & {web: Web; libc: 'glibc' | 'musl'},
): Promise<Resolver> {
	const {plan} = request;
	const uv = await findUv({...request, machine: plan.machine, offline: plan.offline});
	return uv === undefined ? pipResolver(plan.python.builder) : uvResolver(uv);
}
