import type {HostPath} from '../../model/paths.ts';

/** Which artifact is to be built again, and where its inputs are to be had. */
export interface ReproduceRequest {
	/** A file, a folder, or an http(s) address. */
	readonly artifact: string;
	/** The project; or the wheel or sdist that was packaged. */
	readonly project?: HostPath | undefined;
	/** Folders of other distributions that were built from one, by the name of the distribution. */
	readonly sources?: Readonly<Record<string, HostPath>> | undefined;
	/** Where the new artifact is kept; undefined: it is thrown away. */
	readonly out?: HostPath | undefined;
	/** A version, a minor or the path of an interpreter; undefined: the version that built, else its minor. */
	readonly python?: string | undefined;
	/** The archive that the interpreter came in, where the artifact does not say where it is to be had: a file or an address. */
	readonly pythonArchive?: string | undefined;
	readonly indexUrl?: string | undefined;
	readonly extraIndexUrls?: readonly string[] | undefined;
	readonly findLinks?: readonly string[] | undefined;
	readonly offline?: boolean | undefined;
}
