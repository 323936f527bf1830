import type {BuildResult} from '../src/index.ts';

export interface Warning {
	readonly code: string;
	readonly message: string;
}

/** What the build decided for the user, and what deserves attention. */
export interface Remarks {
	readonly notes: readonly string[];
	readonly warnings: readonly Warning[];
}

/**
 * What `venvpack build --json` prints: schema/build-result.schema.json. Chosen key by key, because the plan in a
 * result knows the addresses of indexes, which may hold credentials.
 */
export function buildDocument(result: BuildResult, remarks: Remarks): Readonly<Record<string, unknown>> {
	const {metadata, prefix, epoch} = result.plan;
	return {
		artifacts: result.artifacts,
		tree: result.tree,
		findings: result.findings,
		timings: result.timings,
		name: metadata.name,
		version: metadata.version,
		release: metadata.release,
		prefix,
		arch: result.arch,
		epoch,
		needs: needsOf(result),
		distributions: result.distributions,
		scripts: result.scripts,
		files: result.files,
		bytes: result.bytes,
		...(result.bundle && {bundle: result.bundle}),
		...remarks,
	};
}

/** Without the single symbols that are asked of libraries: they are many, and their versions tell enough. */
function needsOf({needs: {interpreter, glibc, libraries}}: BuildResult): Record<string, unknown> {
	return {
		interpreter,
		glibc,
		libraries: libraries.map(({soname, asked, by}) => ({
			soname,
			versions: [...new Set(asked.map(({version}) => version))].filter(version => version !== 'Base').sort(),
			neededBy: by,
		})),
	};
}
