import {hash} from 'node:crypto';
import {basename} from 'node:path';
import type {Format, WriteOptions} from '../formats/format.ts';
import {type Output, openOutput} from '../host/output.ts';
import {openSink} from '../host/sink.ts';
import type {Companion, CompanionMaker} from '../model/companion.ts';
import type {NewPackage} from '../model/package.ts';
import type {HostPath} from '../model/paths.ts';
import {manifestName} from '../model/prefix.ts';
import type {ArtifactCompanion} from '../model/result.ts';

/** A format's part of a build, its artifact complete. */
interface Completed {
	readonly format: Format;
	readonly pkg: NewPackage;
	readonly options: WriteOptions;
	readonly output: Output;
	/** Hexadecimal. */
	readonly sha256: string;
}

/** What lies beside an artifact: what its format brings, then what each maker adds to it. */
export async function companionsOf(
	{format, pkg, options, output, sha256}: Completed,
	{companions: makers = []}: {readonly companions?: readonly CompanionMaker[] | undefined},
): Promise<readonly Companion[]> {
	const artifact = {format: format.name, pkg, file: options.file, name: basename(output.final), sha256};
	const companions = [...(format.companions?.(pkg, options) ?? [])];
	for (const make of makers) {
		companions.push(...(await make(artifact, companions)));
	}

	return companions;
}

/**
 * Writes companions under temporary names in `folder`, and adds each to `outputs`, whose owner gives it its name or
 * discards it. Throws a HostError (DISK_FULL, OUTPUT_UNWRITABLE, OUTPUT_OCCUPIED).
 */
export async function writeCompanions(
	companions: readonly Companion[],
	folder: HostPath,
	outputs: Output[],
): Promise<readonly ArtifactCompanion[]> {
	const written: ArtifactCompanion[] = [];
	for (const {name, bytes} of companions) {
		const output = openOutput(folder, name, manifestName);
		outputs.push(output);
		await writeWhole(output.part, bytes);
		written.push({path: output.final, size: bytes.length, sha256: hash('sha256', bytes)});
	}

	return written;
}

async function writeWhole(file: HostPath, bytes: Uint8Array): Promise<void> {
	const sink = await openSink(file);
	try {
		await sink.write(bytes);
		await sink.close({sync: true});
	} catch (error) {
		await sink.abort();
		throw error;
	}
}
