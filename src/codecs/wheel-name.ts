import {normalizedName} from './requirement-name.ts';

/** The parts of a wheel's file name (PEP 427). */
export interface WheelName {
	/** As written, escaped: `zope.interface` may stand as `zope_interface`. */
	readonly name: string;
	readonly version: string;
	/** Its leading number and the rest; undefined where there is no build tag. */
	readonly build: readonly [number, string] | undefined;
	/** Such as `py2`, `py3`. */
	readonly pythons: readonly string[];
	readonly abis: readonly string[];
	readonly platforms: readonly string[];
}

/** Splits the file name of a wheel; undefined for what is none. */
export function decodeWheelName(fileName: string): WheelName | undefined {
	const match =
		/^(?<name>[^-/]+)-(?<version>[^-/]+)(?:-(?<number>\d+)(?<build>[^-/]*))?-(?<python>[^-/]+)-(?<abi>[^-/]+)-(?<platform>[^-/]+)\.whl$/.exec(
			fileName,
		);
	const parts = match?.groups;
	if (parts === undefined) {
		return undefined;
	}

	const {name = '', version = '', number, build = '', python = '', abi = '', platform = ''} = parts;
	return {
		name,
		version,
		build: number === undefined ? undefined : [Number(number), build],
		pythons: python.split('.'),
		abis: abi.split('.'),
		platforms: platform.split('.'),
	};
}

/** Puts the parts together again. */
export function encodeWheelName(wheel: WheelName): string {
	const build = wheel.build === undefined ? [] : [wheel.build.join('')];
	const tags = [wheel.pythons, wheel.abis, wheel.platforms].map(tag => tag.join('.'));
	return `${[wheel.name, wheel.version, ...build, ...tags].join('-')}.whl`;
}

const archives = ['.tar.gz', '.tgz', '.zip', '.tar.bz2', '.tar.xz', '.tar'] as const;

/** Whether a file name is that of an archive that sdists come in. */
export function isSdistName(fileName: string): boolean {
	return archives.some(ending => fileName.endsWith(ending));
}

/** The version in the file name of an sdist of `name`; undefined where the name is that of another. */
export function sdistVersion(fileName: string, name: string): string | undefined {
	const ending = archives.find(archive => fileName.endsWith(archive));
	const stem = ending && fileName.slice(0, -ending.length);
	for (let at = stem?.indexOf('-') ?? -1; stem && at >= 0; at = stem.indexOf('-', at + 1)) {
		if (normalizedName(stem.slice(0, at)) === normalizedName(name)) {
			return stem.slice(at + 1);
		}
	}

	return undefined;
}
