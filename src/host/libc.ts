import {readdirSync} from 'node:fs';

/** The C library of this machine, as wheels name it. */
export interface Libc {
	readonly family: 'glibc' | 'musl';
	/** Such as `2.36`. */
	readonly version: string;
}

/**
 * Which C library this process runs with. Of musl no version can be asked for without running its loader: 1.2 is in
 * every distribution that is still kept.
 */
export function libcOf(): Libc {
	const report: NodeJS.ProcessReport & {excludeNetwork?: boolean} = process.report;
	const before = report.excludeNetwork ?? false;
	// Looking names of the network up may take seconds.
	report.excludeNetwork = true;
	const {header} = report.getReport() as {header: {glibcVersionRuntime?: string}};
	report.excludeNetwork = before;
	return header.glibcVersionRuntime === undefined && hasMusl()
		? {family: 'musl', version: '1.2'}
		: {family: 'glibc', version: header.glibcVersionRuntime ?? '2.17'};
}

function hasMusl(): boolean {
	try {
		return readdirSync('/lib').some(name => name.startsWith('ld-musl-'));
	} catch {
		return false;
	}
}
