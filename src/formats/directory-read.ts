import {statSync} from 'node:fs';
import {scanAsFound} from '../host/scan.ts';
import {reading} from '../host/stretch-file.ts';
import type {Carries} from '../model/carries.ts';
import {ArtifactError, InputError} from '../model/errors.ts';
import type {Owner} from '../model/owner.ts';
import type {OpenedPackage} from '../model/package.ts';
import {type HostPath, type InstallPath, installPath} from '../model/paths.ts';
import {markedFolder} from '../model/prefix.ts';
import {type Tree, treeOf} from '../model/tree.ts';
import {manifestInTree, metadataFrom, moved, movedPath, nothingDeclared, placeAsked, prefixOf} from './read-package.ts';
import type {ArtifactFile, Reader} from './reader.ts';

export const directoryCarries: Carries = {
	modes: 'all',
	links: true,
	emptyFolders: true,
	// They are those of whoever unpacked or built it.
	owners: false,
	relations: false,
	digests: false,
	metadata: false,
	outsidePrefix: false,
};

/**
 * Reads a folder. Where a pyvenv.cfg or the manifest lies at its top, and where neither is anywhere in it, it is the
 * content of a prefix: the one that the user says, unless the tree may lie anywhere, else that of the manifest, else the
 * place where the folder lies, since a venv of no package is used where it is. Where one lies deeper only, it is a root folder, such as an unpacked
 * package, and its paths are read as they are.
 */
export const directoryReader: Reader = {
	name: 'dir',
	carries: directoryCarries,
	recognises: ({isDirectory}) => isDirectory,
	read: async artifact => readDirectory(artifact),
};

const top = '/' as InstallPath;

async function readDirectory({file, prefix: asked}: ArtifactFile): Promise<OpenedPackage> {
	const {tree: found, owners, newest, mode} = scan(file);
	if (found.entries.length === 0) {
		throw new ArtifactError(`${file} is an empty folder`, {
			code: 'ARTIFACT_EMPTY',
			format: 'dir',
			reading: true,
			hint: 'name the folder that holds the venv',
		});
	}

	const manifest = await manifestInTree(found);
	const marked = markedFolder(found);
	const isRoot = marked !== undefined && marked !== '/';
	const place = isRoot ? top : (placeAsked({manifest, asked}) ?? manifest?.prefix ?? installPath(file));
	const tree = isRoot ? found : treeOf([{kind: 'directory', path: place, mode}, ...moved(found, top, place)]);
	return {
		format: 'dir',
		carries: directoryCarries,
		pkg: {
			metadata: metadataFrom(manifest),
			prefix: isRoot ? prefixOf({tree, manifest, asked, format: 'dir'}) : place,
			arch: manifest?.arch ?? '',
			tree,
			manifest,
			epoch: manifest?.epoch ?? newest,
		},
		declared: {
			...nothingDeclared,
			owners: new Map([...owners].map(([path, owner]) => [movedPath(path, top, place), owner])),
		},
	};
}

interface Scanned {
	readonly tree: Tree;
	readonly owners: ReadonlyMap<InstallPath, Owner>;
	/** The latest time of a file: seconds since 1970 UTC. */
	readonly newest: number;
	/** Of the folder itself. */
	readonly mode: number;
}

/** By their numbers: the names are those of this machine. */
function scan(folder: HostPath): Scanned {
	const owners = new Map<InstallPath, Owner>();
	const known = new Map<string, Owner>();
	let newest = 0;
	const tree = reading(folder, () =>
		asArtifact(() =>
			scanAsFound(folder, (path, stats) => {
				newest = Math.max(newest, Math.floor(stats.mtimeMs / 1000));
				if (stats.uid !== 0 || stats.gid !== 0) {
					const key = `${stats.uid}:${stats.gid}`;
					const owner = known.get(key) ?? {user: String(stats.uid), group: String(stats.gid)};
					known.set(key, owner);
					owners.set(path, owner);
				}
			}),
		),
	);
	return {tree, owners, newest, mode: reading(folder, () => statSync(folder)).mode & 0o7777};
}

/** What a scan refuses is the fault of what is read here, not of what is to be packed. */
function asArtifact<T>(action: () => T): T {
	try {
		return action();
	} catch (error) {
		if (error instanceof InputError) {
			const code = error.code === 'NON_UTF8_NAME' ? 'ARTIFACT_NAME_NOT_UTF8' : 'ARTIFACT_ENTRY_UNSUPPORTED';
			throw new ArtifactError(error.message, {code, format: 'dir', reading: true, hint: 'take it away, and try again'});
		}

		throw error;
	}
}
