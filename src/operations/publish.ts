import {mkdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {layoutKinds} from '../check/checks/layout-kinds.ts';
import type {Format, PackageWriter, WriteOptions} from '../formats/format.ts';
import {formatNamed} from '../formats/formats.ts';
import {withOwnMetadata} from '../formats/own-metadata.ts';
import {sha256Of} from '../host/digest.ts';
import {type Output, openOutput} from '../host/output.ts';
import type {CompanionMaker} from '../model/companion.ts';
import {FindingsError} from '../model/errors.ts';
import type {NewPackage} from '../model/package.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {FormatPlan, Plan} from '../model/plan.ts';
import {manifestName} from '../model/prefix.ts';
import type {Artifact, BuildResult} from '../model/result.ts';
import type {Entry} from '../model/tree.ts';
import {companionsOf, writeCompanions} from './companions.ts';
import {editionFor} from './edition.ts';
import {type Packed, type PackJob, pack} from './pack.ts';
import type {FinishedPart} from './verify-parts.ts';

export type PublishJob = Omit<PackJob, 'recipients'> & {
	readonly plan: Pick<Plan, 'formats' | 'out'>;
	/** Signs inside of a finished artifact. */
	readonly seal?: ((format: string, file: HostPath) => Promise<void>) | undefined;
	/** Looks at the finished artifacts before they get their names; throws where they must not. */
	readonly accept?: ((parts: readonly FinishedPart[]) => Promise<void>) | undefined;
	/** What make the files beside every artifact, in this order, after those that a format brings. */
	readonly companions?: readonly CompanionMaker[] | undefined;
};

export type Published = Pick<BuildResult, 'artifacts' | 'tree' | 'findings' | 'files' | 'bytes'>;

interface Edition {
	readonly plan: FormatPlan;
	readonly format: Format;
	/** With what only this format holds. */
	readonly pkg: NewPackage;
	readonly own: readonly Entry[];
	readonly options: WriteOptions;
	readonly output: Output;
}

/**
 * Writes a package in every format of the plan from one reading of its files, and gives the artifacts their names once all
 * of them are complete and the checks found no error.
 * Throws a FindingsError (LEAK_FOUND, RELOCATABLE_PATH) where they did, and what the formats throw; nothing new has a name then.
 */
export async function publish(job: PublishJob): Promise<Published> {
	const editions = job.plan.formats.map(plan => editionOf(plan, job));
	const writers: PackageWriter[] = [];
	const beside: Output[] = [];
	try {
		for (const {format, pkg, options} of editions) {
			format.check(pkg, options);
			tellOmitted(format.name, format.omits?.(pkg, options.settings), job.listener);
		}

		for (const {format, pkg, options} of editions) {
			writers.push(await format.open(pkg, options));
		}

		const recipients = editions.flatMap(({own}, at) => writers.slice(at, at + 1).map(writer => ({writer, own})));
		const packed = await pack({...job, recipients});
		refuseFindings(packed);
		await Promise.all(writers.map(writer => writer.finish()));
		for (const {format, options} of editions) {
			await job.seal?.(format.name, options.file);
		}

		await job.accept?.(editions.map(partOf));
		const artifacts: Artifact[] = [];
		for (const edition of editions) {
			const digest = await digestOf(edition, packed);
			const companions = await companionsOf({...edition, sha256: digest.sha256}, job);
			artifacts.push(artifactOf(edition, digest, await writeCompanions(companions, job.plan.out, beside)));
		}

		for (const output of [...editions.map(edition => edition.output), ...beside]) {
			await output.commit();
		}

		const {findings, tree, files, bytes} = packed;
		return {artifacts, findings, tree, files, bytes};
	} catch (error) {
		await Promise.allSettled(writers.map(writer => writer.abort()));
		for (const output of [...editions.map(edition => edition.output), ...beside]) {
			output.discard();
		}

		throw error;
	}
}

function editionOf(plan: FormatPlan, {pkg: shared, plan: {out}, scratch: folder}: PublishJob): Edition {
	const format = formatNamed(plan.name);
	const pkg = {...shared, metadata: withOwnMetadata(shared.metadata, plan.settings)};
	const output = openOutput(out, format.fileName(pkg), manifestName);
	const scratch = hostPath(join(folder, plan.name));
	mkdirSync(scratch, {recursive: true});
	const {target, settings, compression} = plan;
	const options = {file: output.part, scratch, target, settings, compression};
	return {plan, format, output, options, ...editionFor(format, pkg, options)};
}

function tellOmitted(format: string, what: string | undefined, listener: PublishJob['listener']): void {
	if (what !== undefined) {
		listener({kind: 'note', message: `${format} leaves out ${what}`});
	}
}

function partOf({plan, output}: Edition): FinishedPart {
	return {file: output.part, final: output.final, target: plan.target.id};
}

function refuseFindings({findings}: Packed): void {
	const errors = findings.filter(finding => finding.severity === 'error');
	if (errors.length > 0 && errors.every(({code}) => code === layoutKinds.fixed.code)) {
		throw new FindingsError('the artifact would name its place, and is to work wherever it is unpacked', {
			code: 'RELOCATABLE_PATH',
			hint: 'mend each as it says; --allow-leak GLOB lets a file pass that you know',
			findings: errors,
		});
	}

	if (errors.length > 0) {
		const count = errors.length === 1 ? 'a trace' : `${errors.length} traces`;
		const isSecret = errors.some(({code}) => code.startsWith('SECRET_'));
		const message = `the artifact would hold ${count} of the machine that builds it`;
		throw new FindingsError(isSecret ? 'the artifact would hold what only its builder should have' : message, {
			code: 'LEAK_FOUND',
			hint: 'mend each as it says; --allow-leak GLOB lets a file pass that you know',
			findings: errors,
		});
	}
}

/** A folder has the digest of its tree. */
async function digestOf({options: {file}}: Edition, {inPrefix}: Packed): Promise<Pick<Artifact, 'size' | 'sha256'>> {
	const found = statSync(file);
	return found.isDirectory()
		? {size: inPrefix.bytes, sha256: inPrefix.tree}
		: {size: found.size, sha256: await sha256Of(file)};
}

function artifactOf(
	{plan, output}: Edition,
	digest: Pick<Artifact, 'size' | 'sha256'>,
	companions: Artifact['companions'],
): Artifact {
	return {path: output.final, format: plan.name, target: plan.target.id, ...digest, companions};
}
