import {normalizedName} from '../codecs/requirement-name.ts';
import {below, type InstallPath, isWithin} from '../model/paths.ts';
import type {Wheel, Wheelhouse} from '../model/staged.ts';

/** Where things go in a venv: the prefix, and the minor such as `3.11`. */
export interface VenvPlaces {
	readonly prefix: InstallPath;
	readonly minor: string;
}

/**
 * Where an installer puts a member (a path in the wheel): PEP 427, «Installing a wheel»; the folder of headers as pip
 * and uv have it in a venv, where the requirement has the normalised name. Undefined for a member of a `.data` folder that is no scheme: nobody installs it.
 */
export function placeOf(member: string, wheel: Wheel, venv: VenvPlaces): InstallPath | undefined {
	const sitePackages = below(venv.prefix, `lib/python${venv.minor}/site-packages`);
	const data = /^[^/]+\.data\/([^/]+)\/(.+)$/.exec(member);
	const [, scheme = 'purelib', rest = member] = data ?? [];
	const folders: Readonly<Record<string, InstallPath>> = {
		purelib: sitePackages,
		platlib: sitePackages,
		data: venv.prefix,
		scripts: below(venv.prefix, 'bin'),
		headers: below(venv.prefix, `include/site/python${venv.minor}/${normalizedName(wheel.distribution.name)}`),
	};
	const folder = folders[scheme];
	return folder && below(folder, rest);
}

/** A path that two wheels want to hold different bytes. */
export interface Conflict {
	readonly path: InstallPath;
	/** In the order of their names; the last one wins. */
	readonly wheels: readonly Wheel[];
}

/** Finds the paths that wheels quarrel about. Equal bytes are no quarrel. */
export function conflictsOf(wheelhouse: Wheelhouse, venv: VenvPlaces): Conflict[] {
	const first = new Map<InstallPath, {sha256: string; wheel: Wheel}>();
	const conflicts = new Map<InstallPath, Set<Wheel>>();
	for (const wheel of inOrder(wheelhouse.wheels)) {
		for (const [member, sha256] of wheel.hashes) {
			const path = placeOf(member, wheel, venv);
			const known = path && first.get(path);
			if (path && !known) {
				first.set(path, {sha256, wheel});
			} else if (path && known && known.sha256 !== sha256) {
				conflicts.set(path, (conflicts.get(path) ?? new Set([known.wheel])).add(wheel));
			}
		}
	}

	return [...conflicts].map(([path, wheels]) => ({path, wheels: [...wheels]}));
}

/** By name: the order in which a conflict is decided must not depend on anything else. */
export function inOrder(wheels: readonly Wheel[]): Wheel[] {
	return [...wheels].sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
}

/**
 * The members that nobody rewrites, of wheels that came from an index: install path → sha256 in hexadecimal.
 * Scripts are among them: whether one was rewritten, its hash says.
 */
export function downloadedFiles(wheelhouse: Wheelhouse, venv: VenvPlaces): Map<InstallPath, string> {
	const files = new Map<InstallPath, string>();
	for (const wheel of inOrder(wheelhouse.wheels)) {
		for (const [member, sha256] of wheel.hashes) {
			const path = isRecord(member) ? undefined : placeOf(member, wheel, venv);
			if (path && wheel.distribution.origin === 'index') {
				files.set(path, sha256);
			} else if (path) {
				files.delete(path);
			}
		}
	}

	return files;
}

/** RECORD and its signatures: the installer writes the one and may leave out the others. */
export function isRecord(member: string): boolean {
	return /^[^/]+\.dist-info\/RECORD(?:\.jws|\.p7s)?$/.test(member);
}

/** Whether an installer may have made a file at `path` that no wheel holds. */
export function isInstallersOwn(path: InstallPath, venv: VenvPlaces): boolean {
	return (
		isWithin(path, below(venv.prefix, 'bin')) ||
		// What uv leaves at the root of a venv that it works on; relocation drops it.
		installersMarks.some(name => path === below(venv.prefix, name)) ||
		/\.dist-info\/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json|uv_build\.json)$/.test(path)
	);
}

const installersMarks = ['.lock', '.gitignore', 'CACHEDIR.TAG'];
