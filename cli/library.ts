import type * as Library from '../src/index.ts';

/** What the command line uses of the library. */
export type Face = Pick<
	typeof Library,
	| 'build'
	| 'diff'
	| 'reproduce'
	| 'explain'
	| 'extract'
	| 'init'
	| 'relocateVenv'
	| 'inspect'
	| 'sign'
	| 'verify'
	| 'listQuestions'
	| 'sarif'
	| 'writeSarif'
	| 'interrupt'
	| 'hostPath'
	| 'installPath'
	| 'VenvpackError'
	| 'ConfigError'
	| 'InputError'
	| 'HostError'
	| 'RelocationError'
	| 'ArtifactError'
	| 'FindingsError'
>;
