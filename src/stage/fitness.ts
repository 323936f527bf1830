import {basename} from 'node:path';
import {satisfies} from '@renovatebot/pep440';
import {normalizedName} from '../codecs/requirement-name.ts';
import {decodeWheelName} from '../codecs/wheel-name.ts';
import {rankOf, type TagRanks} from '../codecs/wheel-tags.ts';
import {InputError} from '../model/errors.ts';
import type {InputPlan} from '../model/plan.ts';
import type {Wheel} from '../model/staged.ts';
import {type Choice, wrongTags} from './choose.ts';
import {refuseForbidding} from './requires-python.ts';
import {projectName} from './resolvers/pylock.ts';
import {examine} from './wheel-check/examine.ts';

/**
 * A wheel that is named itself is looked at before a resolver unpacks it to read its metadata.
 * Throws an InputError: WHEEL_TAGS, REQUIRES_PYTHON, and what examine throws.
 */
export async function refuseWrongWheel(plan: InputPlan, ranks: TagRanks): Promise<void> {
	const {input} = plan;
	if (input.kind === 'wheel') {
		refuseTags(basename(input.file), ranks, plan);
		refuseForbidding([await examine({file: input.file, sha256: undefined, origin: 'file'})], plan);
	}
}

/**
 * A source or a lock may say one name and version, and the wheel another.
 * Throws an InputError (WHEEL_OTHER).
 */
export function refuseOther({fileName, distribution}: Wheel, choice: Choice | undefined): void {
	const isNamed =
		choice === undefined || choice.name === projectName || normalizedName(distribution.name) === choice.name;
	const version = choice?.version ?? '';
	const isVersion =
		version === '' || version === distribution.version || satisfies(distribution.version, `==${version}`);
	if (!isNamed || !isVersion) {
		throw new InputError(
			`${fileName} is ${distribution.name} ${distribution.version}, and ${choice?.name} ${version} was asked for`,
			{
				code: 'WHEEL_OTHER',
				input: fileName,
				hint: 'the index, the lock file or the source says one thing and holds another: mend it there',
			},
		);
	}
}

/** Throws an InputError (WHEEL_TAGS) for a wheel that the target does not take. */
export function refuseTags(fileName: string, ranks: TagRanks, plan: InputPlan): void {
	const name = decodeWheelName(fileName);
	if (name && rankOf(name, ranks) === undefined) {
		throw wrongTags(fileName, plan.python.minor);
	}
}
