import {fileNameOf, type LockedFile, type LockedPackage, type Pylock} from './pylock.ts';

interface ReportItem {
	readonly metadata: {readonly name: string; readonly version: string};
	readonly is_direct: boolean;
	readonly download_info: {
		readonly url: string;
		readonly subdirectory?: string;
		readonly archive_info?: {readonly hash?: string; readonly hashes?: Readonly<Record<string, string>>};
		readonly dir_info?: {readonly editable?: boolean};
		readonly vcs_info?: {readonly vcs: string; readonly commit_id: string};
	};
}

/** Reads what `pip install --report` writes as a lock: pip has chosen the files already, and asked the markers. */
export function decodePipReport(text: string): Pylock {
	const {install} = JSON.parse(text) as {readonly install: readonly ReportItem[]};
	return {
		requiresPython: '',
		environments: [],
		extras: [],
		groups: [],
		defaultGroups: [],
		packages: install.map(locked),
	};
}

function locked({metadata, is_direct: isDirect, download_info: info}: ReportItem): LockedPackage {
	const subdirectory = info.subdirectory ?? '';
	const isWheel = fileNameOf(info.url).endsWith('.whl');
	const file = info.archive_info && archive(info.url, info.archive_info);
	return {
		name: metadata.name,
		version: metadata.version,
		marker: '',
		requiresPython: '',
		index: '',
		wheels: file && isWheel && !isDirect ? [file] : [],
		sdist: file && !isWheel && !isDirect ? file : undefined,
		archive: file && isDirect ? {...file, subdirectory} : undefined,
		directory: info.dir_info && {path: info.url, editable: info.dir_info.editable ?? false, subdirectory},
		vcs: info.vcs_info && {type: info.vcs_info.vcs, url: info.url, commit: info.vcs_info.commit_id, subdirectory},
	};
}

function archive(url: string, info: NonNullable<ReportItem['download_info']['archive_info']>): LockedFile {
	const [algorithm = '', digest = ''] = (info.hash ?? '').split('=');
	const hashes = info.hashes ?? (digest === '' ? {} : {[algorithm]: digest});
	return {name: fileNameOf(url), url, path: undefined, size: undefined, hashes};
}
