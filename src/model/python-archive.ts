/** An interpreter that lies in an archive, such as those of python-build-standalone. */
export interface PythonArchive {
	/** A path of this machine, or an http(s) address, which may hold a name and a password. */
	readonly place: string;
	/** Hexadecimal. */
	readonly sha256: string;
	/** Who says so, for errors. */
	readonly promisedBy: string;
}

/** The same as an artifact tells it: nothing of the builder, and no credentials. */
export interface RecordedArchive {
	/** The name of the file. */
	readonly name: string;
	readonly sha256: string;
	/** Absent: it was a file of the builder. */
	readonly url?: string;
}

/** What tells a carried interpreter from every other build of its version. */
export interface RecordedInterpreter {
	/** Over its files before they were relocated, hexadecimal. */
	readonly sha256: string;
	/** Absent: it was one of the builder. */
	readonly archive?: RecordedArchive;
}
