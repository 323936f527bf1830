import {isUtf8} from 'node:buffer';
import {accessSync, constants, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync} from 'node:fs';
import {join, relative, resolve} from 'node:path';
import {compareBytes, type HostPath, isWithin} from '../model/paths.ts';
import {type Complaint, type Place, refusal, shown} from './place.ts';

/** Something of the project that is to be installed. */
export interface SourceFile {
	readonly kind: 'file' | 'link' | 'directory';
	/** Relative to the folder of the configuration, with `/`. */
	readonly source: string;
	/** Relative to the path that was asked for; empty for the very file that was named. */
	readonly below: string;
	/** Of a file: 0o644 or 0o755. */
	readonly mode: number;
	/** Of a link. */
	readonly target: string;
}

/** What a source names, and whether that is several by its nature. */
export interface SourceFiles {
	readonly files: readonly SourceFile[];
	/** A folder or a glob: then the path that it goes to is a folder. */
	readonly several: boolean;
}

/**
 * Finds what `source` names below `root`: a file, a folder with all that is in it, or the files that fit a glob (`*` and `?`
 * within a name, `**` for any folders; a name that begins with a dot only where the glob does). Nothing is read.
 * Throws a ConfigError: FILE_SOURCE_MISSING, FILE_SOURCE_OUTSIDE for what lies, or leads, out of `root`,
 * FILE_SOURCE_UNFIT for devices, setuid files, names that are no UTF-8, and what may not be read.
 */
export function findSources(root: HostPath, source: string, place: Place): SourceFiles {
	const finder = new SourceFinder(realpathSync(root), place);
	return finder.find(source);
}

class SourceFinder {
	readonly #root: string;
	readonly #place: Place;

	constructor(root: string, place: Place) {
		this.#root = root;
		this.#place = place;
	}

	find(source: string): SourceFiles {
		const inside = relative(this.#root, resolve(this.#root, source));
		if (source.startsWith('/') || inside === '..' || inside.startsWith('../') || source.includes('\0')) {
			throw this.#outside(shown(source));
		}

		if (/[*?]/.test(source)) {
			return {files: this.#fitting(source), several: true};
		}

		const stats = this.#stats(source);
		if (stats === undefined) {
			throw this.#complain(`is ${shown(source)}, and no such file is in ${this.#root}`, {
				code: 'FILE_SOURCE_MISSING',
				hint: 'name a file, a folder or a glob, relative to the folder of the configuration',
			});
		}

		return stats.isDirectory()
			? {files: this.#folder(inside, ''), several: true}
			: {files: [this.#file(inside, '')], several: false};
	}

	/** What lies in a folder, in the order of bytes. */
	#folder(folder: string, below: string): SourceFile[] {
		this.#hold(folder);
		return this.#names(folder).flatMap(name => {
			const source = join(folder, name);
			const place = below === '' ? name : `${below}/${name}`;
			const stats = lstatSync(join(this.#root, source));
			if (stats.isDirectory()) {
				const own: SourceFile = {kind: 'directory', source, below: place, mode: 0o755, target: ''};
				return [own, ...this.#folder(source, place)];
			}

			return [stats.isSymbolicLink() ? this.#link(source, place) : this.#file(source, place)];
		});
	}

	/** A link in a folder stays one, as long as it leads to something of that project. */
	#link(source: string, below: string): SourceFile {
		const target = readlinkSync(join(this.#root, source));
		if (target.startsWith('/')) {
			throw this.#outside(`${shown(source)}, a link to ${shown(target)}`);
		}

		this.#hold(source);
		return {kind: 'link', source, below, mode: 0o777, target};
	}

	#file(source: string, below: string): SourceFile {
		this.#hold(source);
		const file = join(this.#root, source);
		const stats = statSync(file);
		if (!stats.isFile()) {
			throw this.#unfit(source, 'a device, a pipe or a socket');
		}

		if (stats.mode & 0o6000) {
			throw this.#unfit(source, 'setuid or setgid');
		}

		try {
			accessSync(file, constants.R_OK);
		} catch {
			throw this.#unfit(source, 'not to be read by you');
		}

		return {kind: 'file', source, below, mode: stats.mode & 0o111 ? 0o755 : 0o644, target: ''};
	}

	/** The files below the part of a glob that is no pattern. */
	#fitting(glob: string): SourceFile[] {
		const parts = glob.split('/').filter(part => part !== '' && part !== '.');
		const first = parts.findIndex(part => /[*?]/.test(part));
		const base = parts.slice(0, first).join('/');
		const isThere = this.#stats(base)?.isDirectory() ?? false;
		const found = isThere ? this.#fit({folder: base, below: '', parts: parts.slice(first)}) : [];
		if (found.length === 0) {
			throw this.#complain(`is ${shown(glob)}, which fits no file in ${this.#root}`, {
				code: 'FILE_SOURCE_MISSING',
				hint: '"*" stays within a name, "**" goes into folders; names that begin with a dot are left out',
			});
		}

		return found.sort((one, other) => compareBytes(one.below, other.below));
	}

	#fit({folder, below, parts: [part = '', ...rest]}: Fitting): SourceFile[] {
		const found = this.#names(folder).flatMap(name => {
			const at = {folder: join(folder, name), below: below === '' ? name : `${below}/${name}`};
			const isFolder = lstatSync(join(this.#root, at.folder)).isDirectory();
			if (part === '**') {
				return isFolder && !name.startsWith('.') ? this.#fit({...at, parts: [part, ...rest]}) : [];
			}

			if (!fits(name, part)) {
				return [];
			}

			return rest.length > 0 ? (isFolder ? this.#fit({...at, parts: rest}) : []) : this.#matched(at);
		});
		// `**` stands for no folder at all, too.
		return part === '**' ? [...found, ...this.#fit({folder, below, parts: rest.length > 0 ? rest : ['*']})] : found;
	}

	#matched({folder: source, below}: Pick<Fitting, 'folder' | 'below'>): SourceFile[] {
		return this.#stats(source)?.isDirectory() ? [] : [this.#file(source, below)];
	}

	#names(folder: string): string[] {
		const host = join(this.#root, folder);
		const names = this.#reading(folder, () => readdirSync(host));
		const isBad =
			names.some(name => name.includes('\ufffd')) && readdirSync(host, 'buffer').some(name => !isUtf8(name));
		const odd = isBad ? folder : names.find(name => /\p{Cc}|[\u2028\u2029]/u.test(name));
		if (odd !== undefined) {
			throw this.#unfit(odd, isBad ? 'a folder with a name that is no UTF-8' : 'a name with a control character');
		}

		return names.sort(compareBytes);
	}

	#stats(source: string): Stats | undefined {
		return this.#reading(source, () => statSync(join(this.#root, source), {throwIfNoEntry: false}));
	}

	#reading<T>(source: string, action: () => T): T {
		try {
			return action();
		} catch (error) {
			const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
			throw this.#unfit(source, `not to be read: ${reason}`);
		}
	}

	/** Whether what it leads to, with all links followed, is in the folder of the configuration. */
	#hold(source: string): void {
		const real = this.#reading(source, () => realpathSync(join(this.#root, source)));
		if (!isWithin(real, this.#root)) {
			throw this.#outside(`${shown(source)}, which leads to ${real}`);
		}
	}

	#outside(what: string): Error {
		return this.#complain(`is ${what}, and what is packaged lies in ${this.#root}`, {
			code: 'FILE_SOURCE_OUTSIDE',
			hint: 'put a copy into the project, so that another machine can build it too; type = "link" makes a link to anywhere',
		});
	}

	#unfit(source: string, what: string): Error {
		return this.#complain(`names ${shown(source)}, which is ${what}`, {
			code: 'FILE_SOURCE_UNFIT',
			hint: 'leave it out, or mend it: plain files, folders and links inside the project are packaged',
		});
	}

	#complain(what: string, complaint: Complaint): Error {
		return refusal(this.#place, what, complaint);
	}
}

interface Fitting {
	readonly folder: string;
	readonly below: string;
	readonly parts: readonly string[];
}

function fits(name: string, part: string): boolean {
	if (name.startsWith('.') && !part.startsWith('.')) {
		return false;
	}

	const source = part
		.replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${source}$`, 'su').test(name);
}
