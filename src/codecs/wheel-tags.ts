import type {WheelName} from './wheel-name.ts';

/** The system that a wheel is to run on. */
export interface TagTarget {
	/** Such as `3.11`. */
	readonly minor: string;
	/** As uname(1) says. */
	readonly machine: string;
	/** Such as `{family: 'glibc', version: '2.36'}`. */
	readonly libc: {readonly family: 'glibc' | 'musl'; readonly version: string};
}

/** Tags such as `cp311-cp311-linux_x86_64`, each with its rank: the lowest is the best. */
export type TagRanks = ReadonlyMap<string, number>;

/** PEP 600: the names that manylinux had before it took glibc's version. */
const manylinuxNames: Readonly<Record<string, string>> = {
	'2.17': 'manylinux2014',
	'2.12': 'manylinux2010',
	'2.5': 'manylinux1',
};

/**
 * Every tag that a CPython on this system takes, in the order of `packaging.tags` of PyPA, which pip and uv follow:
 * own ABI, stable ABI from the newest on, no ABI, any platform.
 */
export function supportedTags(target: TagTarget): TagRanks {
	const platforms = platformsOf(target);
	const minor = Number(target.minor.split('.')[1]);
	const own = `cp3${minor}`;
	const stable = Array.from({length: Math.max(minor - 1, 0)}, (_, at) => `cp3${minor - at}`);
	const generic = [`py3${minor}`, 'py3', ...Array.from({length: minor}, (_, at) => `py3${minor - 1 - at}`)];
	const tags = [
		...platforms.map(platform => `${own}-${own}-${platform}`),
		...platforms.map(platform => `${own}-abi3-${platform}`),
		...platforms.map(platform => `${own}-none-${platform}`),
		...stable.slice(1).flatMap(python => platforms.map(platform => `${python}-abi3-${platform}`)),
		...generic.flatMap(python => platforms.map(platform => `${python}-none-${platform}`)),
		...[own, ...generic].map(python => `${python}-none-any`),
	];
	return new Map(tags.map((tag, rank) => [tag, rank]));
}

/** The rank of the best tag of a wheel; undefined where none fits. */
export function rankOf(wheel: WheelName, ranks: TagRanks): number | undefined {
	let best: number | undefined;
	for (const python of wheel.pythons) {
		for (const abi of wheel.abis) {
			for (const platform of wheel.platforms) {
				const rank = ranks.get(`${python}-${abi}-${platform}`);
				best = rank !== undefined && (best === undefined || rank < best) ? rank : best;
			}
		}
	}

	return best;
}

/** Platform tags, the best first: PEP 600 (manylinux), PEP 656 (musllinux), the bare one of local builds last. */
function platformsOf({machine, libc}: TagTarget): string[] {
	const [major = 0, minor = 0] = libc.version.split('.').map(Number);
	const bare = `linux_${machine}`;
	if (libc.family === 'musl') {
		const versions = Array.from({length: minor + 1}, (_, at) => minor - at);
		return [...versions.map(version => `musllinux_${major}_${version}_${machine}`), bare];
	}

	// manylinux began with glibc 2.5 on x86, and with 2.17 elsewhere.
	const oldest = /^(?:x86_64|i[3-6]86)$/.test(machine) ? 5 : 17;
	const versions = Array.from({length: Math.max(minor - oldest + 1, 0)}, (_, at) => minor - at);
	const many = versions.flatMap(version => {
		const older = manylinuxNames[`${major}.${version}`];
		return [`manylinux_${major}_${version}`, ...(older === undefined ? [] : [older])];
	});
	return [...many.map(name => `${name}_${machine}`), bare];
}
