import type {ManifestSummary} from '../model/manifest.ts';

export interface ProvenanceFacts {
	/** The file name of the artifact. */
	readonly name: string;
	/** Of the artifact, hexadecimal. */
	readonly sha256: string;
	readonly format: string;
	/** A URI. */
	readonly builder: string;
	readonly manifest: ManifestSummary;
}

/**
 * A statement of what an artifact was built from and by whom: in-toto Statement v1 with an SLSA provenance v1 predicate.
 * What the manifest says, and no time of the clock: the same build, the same bytes.
 * Sources: https://in-toto.io/Statement/v1, https://slsa.dev/spec/v1.0/provenance
 */
export function encodeProvenance({name, sha256, format, builder, manifest}: ProvenanceFacts): Uint8Array {
	const {recipe} = manifest;
	const statement = {
		_type: 'https://in-toto.io/Statement/v1',
		subject: [{name, digest: {sha256}}],
		predicateType: 'https://slsa.dev/provenance/v1',
		predicate: {
			buildDefinition: {
				buildType: 'urn:venvpack:build:1',
				externalParameters: {
					...{name: manifest.name, version: manifest.version, release: manifest.release},
					...{prefix: manifest.prefix, arch: manifest.arch, format, python: manifest.python},
					...{input: recipe?.input ?? '', extras: recipe?.extras ?? [], groups: recipe?.groups ?? []},
				},
				internalParameters: {inputs: manifest.inputs, epoch: manifest.epoch},
				resolvedDependencies: manifest.distributions.map(distribution => ({
					name: distribution.name,
					...(distribution.wheel === '' ? {} : {uri: `file:${encodeURIComponent(distribution.wheel)}`}),
					...(distribution.sha256 === '' ? {} : {digest: {sha256: distribution.sha256}}),
					annotations: {version: distribution.version, origin: distribution.origin},
				})),
			},
			runDetails: {builder: {id: builder, version: {venvpack: manifest.venvpack}}},
		},
	};
	return Buffer.from(`${JSON.stringify(statement)}\n`);
}
