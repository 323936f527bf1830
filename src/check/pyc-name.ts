import {type InstallPath, nameOf, parentOf} from '../model/paths.ts';

/** What the place of a pyc says of it: PEP 3147, PEP 488. */
export interface PycName {
	/** The file that an import would compile to it. */
	readonly source: InstallPath;
	/** Whether it lies in a `__pycache__`, as every interpreter since 3.2 wants it. */
	readonly isCached: boolean;
	/** Such as `3.11`; undefined where no CPython reads a file of that name. */
	readonly minor: string | undefined;
}

const cached = /^(.+)\.cpython-3(\d+)(?:\.opt-[12])?\.pyc$/;

/** Reads the name of a file that ends in `.pyc`. */
export function pycName(path: InstallPath): PycName {
	const folder = parentOf(path);
	const name = nameOf(path);
	if (nameOf(folder) !== '__pycache__') {
		return {source: `${path.slice(0, -1)}` as InstallPath, isCached: false, minor: undefined};
	}

	const [, module = name.replace(/\..*$/, ''), minor] = cached.exec(name) ?? [];
	const above = parentOf(folder);
	return {
		source: `${above === '/' ? '' : above}/${module}.py` as InstallPath,
		isCached: true,
		minor: minor === undefined ? undefined : `3.${minor}`,
	};
}
