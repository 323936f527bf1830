import type {FormatPlan} from '../model/plan.ts';
import type {Choice} from './choose-targets.ts';
import {type CompressionWish, checkWishUsed, chooseCompression} from './compression.ts';
import type {Config} from './config.ts';
import {type Key, keyNames} from './keys.ts';

/** Each format with its target, its own table and its compression. */
export function formatPlans(config: Config, choices: readonly Choice[]): FormatPlan[] {
	const wish = compressionWish(config);
	const plans = choices.map(({format, target}) => ({
		name: format.name,
		target,
		settings: config.sections[format.name]?.values ?? {},
		compression: chooseCompression(format, target, wish),
	}));
	checkWishUsed(plans, wish);
	return plans;
}

/** Where each value of the configuration came from; what nobody said is a default. */
export function originsOfValues(config: Config): Record<Key, string> {
	return Object.fromEntries(keyNames.map(key => [key, config.places[key]?.origin ?? 'default'])) as Record<Key, string>;
}

/** Where each format, its target, its compression and its settings came from. */
export function originsOfFormats(config: Config, choices: readonly Choice[]): Record<string, string> {
	const origins: Record<string, string> = {formats: choices[0]?.formatOrigin ?? 'default'};
	for (const {format, target, targetOrigin} of choices) {
		const {name} = format;
		const {method, level} = chooseCompression(format, target, compressionWish(config));
		const asked = config.values.compression === method ? 'compression' : 'compression-level';
		const heeded = asked === 'compression' || config.values['compression-level'] === level;
		origins[`${name}.target`] = targetOrigin;
		origins[`${name}.compression`] = (heeded ? config.places[asked]?.origin : undefined) ?? `the best for ${target.id}`;
		for (const [key, origin] of Object.entries(config.sections[name]?.origins ?? {})) {
			origins[`${name}.${key}`] = origin;
		}
	}

	return origins;
}

function compressionWish({values, places}: Config): CompressionWish {
	const [method, level] = [values.compression, values['compression-level']];
	return {
		method: method !== undefined && places.compression ? {value: method, place: places.compression} : undefined,
		level:
			level !== undefined && places['compression-level']
				? {value: level, place: places['compression-level']}
				: undefined,
	};
}
