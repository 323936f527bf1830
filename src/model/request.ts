import type {HostPath} from './paths.ts';
import type {KeyRequest} from './signing.ts';

/** What the user asks of a build, before any file was read. Undefined: not asked; the configuration or a default decides. */
export interface Request {
	/** A project directory, a wheel or an sdist. Undefined with `from` or `requirements` alone: no project is packaged. */
	readonly project?: HostPath | undefined;
	/** An existing venv, instead of a project. */
	readonly venv?: HostPath | undefined;
	readonly prefix?: string | undefined;
	readonly from?: readonly string[] | undefined;
	readonly requirements?: readonly HostPath[] | undefined;
	readonly constraints?: readonly HostPath[] | undefined;
	readonly extras?: readonly string[] | undefined;
	readonly groups?: readonly string[] | undefined;
	readonly lock?: HostPath | undefined;
	readonly formats?: readonly string[] | undefined;
	readonly out?: HostPath | undefined;
	/** A minor such as `3.12`, or the path of an interpreter. */
	readonly python?: string | undefined;
	readonly targetPython?: string | undefined;
	/** Carry the interpreter inside. */
	readonly bundlePython?: boolean | undefined;
	/** An archive whose interpreter builds and is carried: a path of this machine, or an http(s) address. */
	readonly pythonArchive?: string | undefined;
	/** Of that archive, hexadecimal. */
	readonly pythonArchiveSha256?: string | undefined;
	/** What is built works wherever it is unpacked. */
	readonly relocatable?: boolean | undefined;
	readonly name?: string | undefined;
	readonly version?: string | undefined;
	readonly release?: string | undefined;
	readonly arch?: string | undefined;
	readonly target?: string | undefined;
	readonly indexUrl?: string | undefined;
	readonly extraIndexUrls?: readonly string[] | undefined;
	readonly findLinks?: readonly string[] | undefined;
	readonly offline?: boolean | undefined;
	readonly requireHashes?: boolean | undefined;
	readonly compression?: string | undefined;
	readonly compressionLevel?: number | undefined;
	readonly allowLeaks?: readonly string[] | undefined;
	readonly keepStage?: boolean | undefined;
	/** Sign each artifact, with these keys or with those of the configuration. */
	readonly sign?: KeyRequest | undefined;
	/** Verify each artifact before it gets its name. */
	readonly verify?: boolean | undefined;
	/** The same, and start every program of it, the builder hidden. */
	readonly verifyRun?: boolean | undefined;
}
