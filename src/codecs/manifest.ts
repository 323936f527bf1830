import * as v from 'valibot';
import {ArtifactError} from '../model/errors.ts';
import {bundleParts, type Layout} from '../model/layout.ts';
import type {Manifest, ManifestFile, ManifestSummary} from '../model/manifest.ts';
import {type InstallPath, installPath} from '../model/paths.ts';
import {recipeSchema} from './recipe.ts';

const said = (description: string) => v.pipe(v.string(), v.description(description));
const sha256 = (description: string) => v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.description(description));
const path = (description: string) => v.pipe(v.string(), v.regex(/^\//), v.description(description));
const list = (description: string) => v.pipe(v.array(v.string()), v.description(description));

const layoutSchema: v.GenericSchema<unknown, Layout> = v.pipe(
	v.object({
		relocatable: v.pipe(v.boolean(), v.description('Whether it works wherever it is unpacked.')),
		bundle: v.exactOptional(
			v.pipe(
				v.object({
					libraries: v.pipe(v.boolean(), v.description('Whether its shared libraries came along.')),
					keep: v.pipe(v.array(v.picklist(bundleParts)), v.description('What was kept that goes otherwise.')),
				}),
				v.description('What is carried of the interpreter; absent: the machine has its own.'),
			),
		),
	}),
	v.description('How it finds its interpreter; absent: correct at the prefix, with that of the machine.'),
);

/** In the order in which they are written. Unknown keys of a later venvpack are let through, and dropped. */
const summaryEntries = {
	manifest: v.pipe(v.literal(1), v.description('The version of this format.')),
	venvpack: said('The version of venvpack that made the artifact.'),
	name: said('The package.'),
	version: said('Its version, by PEP 440.'),
	release: said('The packaging of that version.'),
	summary: said('One line.'),
	license: said('An SPDX expression, or the words of the project; empty where it says nothing.'),
	arch: said('As uname(1) says, or `any`.'),
	prefix: path('Where it is installed.'),
	python: v.pipe(
		v.object({
			path: path('The interpreter on the machine that installs.'),
			minor: said('Such as 3.11.'),
			minimum: said('The lowest full version that every distribution accepts, such as 3.11.2.'),
		}),
		v.description('The interpreter that it runs with.'),
	),
	layout: v.exactOptional(layoutSchema),
	needs: v.exactOptional(
		v.pipe(
			v.object({
				glibc: said('The lowest glibc that has all that is asked of it, such as 2.34; empty where nothing is.'),
				libraries: list('Sonames of the shared libraries that it does not hold.'),
			}),
			v.description('What the programs and libraries inside ask of the machine.'),
		),
	),
	distributions: v.pipe(
		v.array(
			v.object({
				name: v.string(),
				version: v.string(),
				license: v.string(),
				origin: v.pipe(
					v.picklist(['index', 'built', 'file', 'venv']),
					v.description(
						'Downloaded as a wheel, built from source by the builder, given as a file, or found in an existing venv.',
					),
				),
				wheel: said('The name of the wheel; empty where a venv no longer tells.'),
				sha256: sha256(
					'Of the wheel; of what was built, that of its sdist where there is one; of what a venv held, over the hashes of its RECORD.',
				),
			}),
		),
		v.description('The Python distributions inside.'),
	),
	scripts: list('Console scripts in bin below the prefix.'),
	inputs: sha256('Over the distributions and their hashes, the prefix and the interpreter: same inputs, same digest.'),
	epoch: v.pipe(
		v.number(),
		v.integer(),
		v.minValue(0),
		v.description('The time stamped into the artifact: seconds since 1970 UTC.'),
	),
	allowedLeaks: list('Globs of paths in which the builder allowed traces of itself.'),
	recipe: v.exactOptional(recipeSchema),
};

const fileEntries = {
	sha256: sha256('Of the file.'),
	rules: v.optional(list('The relocation rules that rewrote it.')),
};

const summarySchema = v.object(summaryEntries);

/** What `<prefix>/venvpack.json` holds. */
export const manifestSchema: v.GenericSchema<unknown, unknown> = v.object({
	...summaryEntries,
	files: v.pipe(
		v.record(v.pipe(v.string(), v.description('An installed path.')), v.object(fileEntries)),
		v.description('Every file of the artifact but the manifest itself.'),
	),
});

const filesSchema = v.object({files: v.record(v.string(), v.object(fileEntries))});

/** The characters of a chunk of the encoded manifest. */
const chunkLength = 64 * 1024;

/** The summary as indented JSON with a final newline; the same summary gives the same bytes. */
export function encodeSummary(summary: ManifestSummary): Uint8Array {
	return Buffer.from(`${JSON.stringify(ordered(summary), null, 2)}\n`);
}

/** The summary as one line of JSON; the same summary gives the same text, in whatever order its values were put together. */
export function summaryLine(summary: ManifestSummary): string {
	return JSON.stringify(ordered(summary));
}

/**
 * The whole manifest as JSON in chunks, one line a file in the order given, so that a tree of any size needs no more
 * memory than one chunk.
 */
export function* encodeManifest(
	summary: ManifestSummary,
	files: Iterable<readonly [path: InstallPath, file: ManifestFile]>,
): Generator<Uint8Array> {
	let text = `${JSON.stringify(ordered(summary), null, 2).slice(0, -2)},\n  "files": {`;
	let separator = '\n';
	for (const [name, file] of files) {
		const rules = file.rules && file.rules.length > 0 ? {rules: file.rules} : {};
		text += `${separator}    ${JSON.stringify(name)}: ${JSON.stringify({sha256: file.sha256, ...rules})}`;
		separator = ',\n';
		if (text.length >= chunkLength) {
			yield Buffer.from(text);
			text = '';
		}
	}

	yield Buffer.from(`${text}${separator === '\n' ? '' : '\n  '}}\n}\n`);
}

/**
 * Reads a summary, from its own file or from a whole manifest.
 * Throws an ArtifactError (MANIFEST_INVALID) that names what is wrong where.
 */
export function decodeSummary(bytes: Uint8Array): ManifestSummary {
	return headSummary(bytes) ?? asSummary(parseJson(bytes));
}

/**
 * The summary of a manifest that is written as `encodeManifest` writes it, without making something of its list of files,
 * which may be very long; undefined for any other.
 */
function headSummary(bytes: Uint8Array): ManifestSummary | undefined {
	const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(',\n  "files": {');
	try {
		return end < 0 ? undefined : asSummary(parseJson(Buffer.concat([bytes.subarray(0, end), Buffer.from('}')])));
	} catch {
		return undefined;
	}
}

/** Reads a whole manifest. Throws an ArtifactError (MANIFEST_INVALID) that names what is wrong where. */
export function decodeManifest(bytes: Uint8Array): Manifest {
	const json = parseJson(bytes);
	const summary = asSummary(json);
	const files = plainFiles(json) ?? checked(filesSchema, json).files;
	return {
		...summary,
		files: Object.fromEntries(Object.entries(files).map(([name, file]) => [place(name), kept(file)])),
	};
}

/** The files where nothing is unusual, which a schema would take ten times as long to see; undefined: let it speak. */
function plainFiles(json: unknown): Readonly<Record<string, ManifestFile>> | undefined {
	const files = isObject(json) ? json.files : undefined;
	return isObject(files) && Object.values(files).every(isPlainFile)
		? (files as Readonly<Record<string, ManifestFile>>)
		: undefined;
}

function isPlainFile(file: unknown): file is ManifestFile {
	return (
		isObject(file) &&
		typeof file.sha256 === 'string' &&
		/^[0-9a-f]{64}$/.test(file.sha256) &&
		(file.rules === undefined || (Array.isArray(file.rules) && file.rules.every(rule => typeof rule === 'string')))
	);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSummary(json: unknown): ManifestSummary {
	const summary = checked(summarySchema, json);
	const {python} = summary;
	return {...summary, prefix: place(summary.prefix), python: {...python, path: place(python.path)}};
}

function kept(file: {readonly sha256: string; readonly rules?: readonly string[] | undefined}): ManifestFile {
	return file.rules ? {sha256: file.sha256, rules: file.rules} : {sha256: file.sha256};
}

/** The same values with their keys in the order of the schema, whatever order the caller made them in. */
function ordered(summary: ManifestSummary): unknown {
	return checked(summarySchema, summary);
}

function checked<Schema extends v.GenericSchema>(schema: Schema, json: unknown): v.InferOutput<Schema> {
	const result = v.safeParse(schema, json, {abortEarly: true});
	if (!result.success) {
		const [issue] = result.issues;
		const key = v.getDotPath(issue) ?? 'the document';
		const allowed = issue.expected ?? 'another value';
		throw invalid(
			issue.input === undefined ? `${key} is missing` : `${key} is ${issue.received}, and must be ${allowed}`,
		);
	}

	return result.output;
}

function place(path: string): InstallPath {
	try {
		return installPath(path);
	} catch (error) {
		throw invalid(error instanceof Error ? error.message : String(error), error);
	}
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
	} catch (error) {
		throw invalid('it is no JSON', error);
	}
}

function invalid(reason: string, cause?: unknown): ArtifactError {
	return new ArtifactError(`the manifest cannot be read: ${reason}`, {
		code: 'MANIFEST_INVALID',
		format: 'manifest',
		reading: true,
		hint: 'the artifact is broken, or made by a later venvpack: get it again, or use that venvpack',
		cause,
	});
}
