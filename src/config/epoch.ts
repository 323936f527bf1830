import {ConfigError} from '../model/errors.ts';
import type {Decided} from './decide-metadata.ts';

/** What is known of times: each in seconds since 1970 UTC, undefined where there is none. */
export interface Times {
	/** As the environment has it. */
	readonly sourceDateEpoch: string | undefined;
	/** Of the last commit, where the input is a project in git. */
	readonly commit: number | undefined;
	/** Of the newest member of the downloaded wheels, its fields read as UTC. Wheels built here never count. */
	readonly newestMember: number | undefined;
}

/** 1980-01-01 UTC: the first day that a zip can hold. */
const firstDay = 315_532_800;

/** What 32 unsigned bits hold, as rpm and gzip keep a time. */
const lastSecond = 0xff_ff_ff_ff;

/**
 * The time stamped into artifacts. `final`: the wheels are there, so a default can be given.
 * Throws a ConfigError (SOURCE_DATE_EPOCH_INVALID). Source: reproducible-builds.org/specs/source-date-epoch.
 */
export function decideEpoch(times: Times, final: boolean): Decided<number> {
	const {sourceDateEpoch, commit, newestMember} = times;
	const given = checkSourceDateEpoch(sourceDateEpoch);
	if (given !== undefined) {
		return {value: given, origin: 'SOURCE_DATE_EPOCH'};
	}

	if (commit !== undefined) {
		return {value: Math.min(Math.max(commit, 0), lastSecond), origin: 'the commit of the project'};
	}

	if (newestMember !== undefined) {
		return {value: newestMember, origin: 'the newest member of the downloaded wheels'};
	}

	return final
		? {value: firstDay, origin: 'default'}
		: {value: undefined, origin: 'the newest member of the downloaded wheels'};
}

/** The time that the environment gives; an empty one is none. Throws a ConfigError (SOURCE_DATE_EPOCH_INVALID). */
export function checkSourceDateEpoch(text: string | undefined): number | undefined {
	if (text === undefined || text === '') {
		return undefined;
	}

	const value = Number(text);
	if (!/^\d+$/.test(text) || value > lastSecond) {
		throw new ConfigError(`SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, which is no time`, {
			code: 'SOURCE_DATE_EPOCH_INVALID',
			key: 'SOURCE_DATE_EPOCH',
			hint: `seconds since 1970, from 0 to ${lastSecond}; or unset it`,
		});
	}

	return value;
}
