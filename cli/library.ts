import type * as Library from '../src/index.ts';

/** What the command line uses of the library. */
export type Face = Pick<
	typeof Library,
	| 'build'
	| 'explain'
	| 'init'
	| 'interrupt'
	| 'hostPath'
	| 'VenvpackError'
	| 'ConfigError'
	| 'InputError'
	| 'HostError'
	| 'RelocationError'
	| 'ArtifactError'
	| 'FindingsError'
>;
