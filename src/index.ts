import {endFamily} from './host/family.ts';
import {stopChildren} from './host/run.ts';
import {removeAllTemporary, temporaryPaths} from './host/temporary.ts';

export * from './model/errors.ts';
export type {Event, Listener, StageName} from './model/events.ts';
export type {Finding} from './model/findings.ts';
export type {Distribution, Metadata} from './model/metadata.ts';
export type {HostPath, InstallPath} from './model/paths.ts';
export {hostPath} from './model/paths.ts';
export type {Plan} from './model/plan.ts';
export type {Request} from './model/request.ts';
export type {Artifact, BuildResult} from './model/result.ts';
export {build} from './operations/build.ts';
export type {Context} from './operations/context.ts';
export {type Explanation, explain} from './operations/explain.ts';
export {type InitRequest, init} from './operations/init.ts';

/** Ends everything that an operation of this process has running, and removes what it has not finished. For signals. */
export async function interrupt(): Promise<void> {
	const ended = endFamily(temporaryPaths());
	stopChildren();
	await ended;
	removeAllTemporary();
}
