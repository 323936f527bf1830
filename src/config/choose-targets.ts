import type {Target} from '../model/target.ts';
import type {FormatTraits} from './compression.ts';
import type {Config} from './config.ts';
import {refusal} from './place.ts';
import {fallbackTarget, ownTarget, targetNamed} from './targets.ts';

/** What must be known of the machine that builds. */
export interface Host {
	/** The text of /etc/os-release; empty where there is none. */
	readonly osRelease: string;
	/** As uname(1) says, such as x86_64. */
	readonly machine: string;
}

/** A format and the distribution that it is made for, each with where that came from. */
export interface Choice {
	readonly format: FormatTraits;
	readonly formatOrigin: string;
	readonly target: Target;
	readonly targetOrigin: string;
}

/** The origin of a target that is the builder's own distribution. */
export const osReleaseFile: string = '/etc/os-release';

/**
 * Which formats are made for which target. A package is made for the target asked for, else for the builder's own
 * distribution where that takes such packages, else for debian-12 or el9, or the first with the glibc of the builder's
 * where an interpreter comes along. What is no package (a tarball, a folder) is
 * made for the first target asked for, else the builder's own, else debian-12. Where no format is asked for, it is the
 * package of the builder's own distribution.
 * Throws a ConfigError (TARGET_UNFIT) for a target that takes none of the packages asked for.
 */
export function chooseTargets(config: Config, host: Host): readonly [Choice, ...Choice[]] {
	const own = ownTarget(host.osRelease);
	const [first, ...rest] = formatsOf(config, own).map(({format, origin}) => ({
		format,
		formatOrigin: origin,
		...targetOf(config, format, own),
	}));
	if (first === undefined) {
		throw new RangeError('there is no format');
	}

	refuseUnfit(config, [first, ...rest]);
	return [first, ...rest];
}

/** The target of each kind of package, of those that are not made as well: what one of them declares depends on it. */
export function targetsByPackager(config: Config, host: Host): Readonly<Record<string, string>> {
	const own = ownTarget(host.osRelease);
	const chosen = config.formats
		.filter(({packager}) => packager !== undefined)
		.map(format => [format.packager ?? '', targetOf(config, format, own).target.id] as const);
	return Object.fromEntries(chosen.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function formatsOf(config: Config, own: Target | undefined): Array<{format: FormatTraits; origin: string}> {
	const {values, places, formats} = config;
	if (values.formats && places.formats) {
		const {origin} = places.formats;
		return values.formats
			.flatMap(name => formats.filter(format => format.name === name))
			.map(format => ({format, origin}));
	}

	const [asked] = asksFor(config);
	const packager = (asked ?? own)?.packager ?? 'dpkg';
	const origin = asked ? (places.target?.origin ?? '') : own ? osReleaseFile : 'default';
	return formats.filter(format => format.packager === packager).map(format => ({format, origin}));
}

function targetOf(
	config: Config,
	format: FormatTraits,
	own: Target | undefined,
): {target: Target; targetOrigin: string} {
	const fits = (target: Target) => format.packager === undefined || target.packager === format.packager;
	const asked = asksFor(config).find(fits);
	if (asked) {
		return {target: asked, targetOrigin: config.places.target?.origin ?? 'default'};
	}

	return own && fits(own)
		? {target: own, targetOrigin: osReleaseFile}
		: {
				target: fallbackTarget(format.packager ?? 'dpkg', config.values['bundle-python'] ? own : undefined),
				targetOrigin: 'default',
			};
}

function asksFor({values, places}: Config): Target[] {
	const place = places.target;
	return place ? (values.target ?? '').split(',').map(name => targetNamed(name, place)) : [];
}

function refuseUnfit(config: Config, choices: readonly Choice[]): void {
	for (const target of asksFor(config)) {
		const place = config.places.target;
		if (place && !choices.some(choice => choice.target.id === target.id)) {
			throw refusal(
				place,
				`is "${target.id}", which takes none of ${choices.map(({format}) => format.name).join(', ')}`,
				{
					code: 'TARGET_UNFIT',
					hint: `formats for it: ${config.formats
						.filter(({packager}) => packager === undefined || packager === target.packager)
						.map(({name}) => name)
						.join(', ')}`,
				},
			);
		}
	}
}
