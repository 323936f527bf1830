import {endFamily} from './host/family.ts';
import {stopChildren} from './host/run.ts';
import {removeAllTemporary, temporaryPaths} from './host/temporary.ts';

export type {BundleSizes} from './model/bundle-sizes.ts';
export type {
	ComparedArtifact,
	Comparison,
	DistributionChange,
	FileChange,
	MetadataChange,
} from './model/comparison.ts';
export * from './model/errors.ts';
export type {Event, Listener, StageName} from './model/events.ts';
export type {ExtractResult} from './model/extraction.ts';
export type {Finding, FindingKind, Severity} from './model/findings.ts';
export type {Distribution, Metadata} from './model/metadata.ts';
export type {HostPath, InstallPath} from './model/paths.ts';
export {hostPath, installPath} from './model/paths.ts';
export type {Plan} from './model/plan.ts';
export type {RelocateRequest, RelocateResult, RuleApplied} from './model/relocation.ts';
export type {ReproducedArtifact, Reproduction} from './model/reproduction.ts';
export type {Request} from './model/request.ts';
export type {Artifact, BuildResult} from './model/result.ts';
export type {KeyRequest, SignedArtifact, SignResult} from './model/signing.ts';
export type {ListedEntry, Summary} from './model/summary.ts';
export type {Question, Verification, VerifyPart} from './model/verification.ts';
export type {Context} from './operations/context.ts';
export type {DiffRequest} from './operations/diff.ts';
export type {Explanation} from './operations/explain.ts';
export type {ExtractRequest} from './operations/extract.ts';
export type {InitRequest} from './operations/init.ts';
export type {Inspection} from './operations/inspect.ts';
export {
	build,
	diff,
	explain,
	extract,
	init,
	inspect,
	listQuestions,
	relocateVenv,
	reproduce,
	sign,
	verify,
} from './operations/on-demand.ts';
export type {ArtifactRequest} from './operations/open.ts';
export type {ReproduceRequest} from './operations/reproduction/request.ts';
export {sarif, writeSarif} from './operations/sarif.ts';
export type {SignRequest} from './operations/sign.ts';
export type {VerifyRequest} from './operations/verify-request.ts';

/** Ends everything that an operation of this process has running, and removes what it has not finished. For signals. */
export async function interrupt(): Promise<void> {
	const ended = endFamily(temporaryPaths());
	stopChildren();
	await ended;
	removeAllTemporary();
}
