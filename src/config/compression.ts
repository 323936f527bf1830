import type {Compression} from '../model/plan.ts';
import type {Settings} from '../model/settings.ts';
import type {Target} from '../model/target.ts';
import {type Place, refusal} from './place.ts';

/** What the configuration must know of a format: a part of `Format`, whose own wing is no concern here. */
export interface FormatTraits {
	readonly name: string;
	/** Undefined where no package manager is involved. */
	readonly packager: Target['packager'] | undefined;
	readonly settings: Settings;
	/** What the target can read, the best first. */
	compressions(target: Target): readonly Compression[];
}

export interface CompressionWish {
	readonly method: {readonly value: string; readonly place: Place} | undefined;
	readonly level: {readonly value: number; readonly place: Place} | undefined;
}

/** By the libraries: zstd above 22, gzip 0 and deflate 0 are other things. */
const levels: Readonly<Record<Compression['method'], readonly [least: number, most: number]>> = {
	zstd: [1, 22],
	xz: [0, 9],
	gzip: [1, 9],
	deflate: [1, 9],
	none: [0, 0],
};

/**
 * The compression of a format on its target: the one wished for, else the best that the target can read. A format whose
 * name says its compression keeps that. Throws a ConfigError (COMPRESSION_UNFIT, COMPRESSION_LEVEL).
 */
export function chooseCompression(format: FormatTraits, target: Target, wish: CompressionWish): Compression {
	const possible = format.compressions(target);
	const [best] = possible;
	if (best === undefined) {
		throw new RangeError(`${format.name} names no compression`);
	}

	const {method, level} = wish;
	const fitting = possible.find(compression => compression.method === method?.value);
	if (method && !fitting && format.packager !== undefined) {
		throw refusal(method.place, `is "${method.value}", which a ${format.name} for ${target.id} cannot have`, {
			code: 'COMPRESSION_UNFIT',
			hint: `it can have ${possible.map(compression => compression.method).join(' or ')}`,
		});
	}

	const chosen = fitting ?? best;
	const wanted = level !== undefined && chosen.method !== 'none' && (!method || fitting);
	return wanted ? {method: chosen.method, level: checkLevel(chosen.method, level)} : chosen;
}

function checkLevel(method: Compression['method'], level: {value: number; place: Place}): number {
	const [least, most] = levels[method];
	if (!Number.isInteger(level.value) || level.value < least || level.value > most) {
		throw refusal(level.place, `is ${level.value}, which ${method} does not have`, {
			code: 'COMPRESSION_LEVEL',
			hint: `${method} takes ${least} to ${most}`,
		});
	}

	return level.value;
}

/** Throws a ConfigError (COMPRESSION_UNFIT) where no format of the plan can take the method that was asked for. */
export function checkWishUsed(
	chosen: ReadonlyArray<{readonly name: string; readonly compression: Compression}>,
	wish: CompressionWish,
): void {
	const {method} = wish;
	if (method && !chosen.some(({compression}) => compression.method === method.value)) {
		throw refusal(method.place, `is "${method.value}", which none of these formats can have`, {
			code: 'COMPRESSION_UNFIT',
			hint: `the formats are: ${chosen.map(({name, compression}) => `${name} (${compression.method})`).join(', ')}`,
		});
	}
}
