import {normalizedName} from '../codecs/requirement-name.ts';
import type {InputPlan, Pin} from '../model/plan.ts';
import type {Wheel} from '../model/staged.ts';

/** What a recipe that is followed says of a distribution; undefined where none is, or it does not know the name. */
export function pinOf(name: string, {rebuild}: InputPlan): Pin | undefined {
	return rebuild?.pins.find(pin => normalizedName(pin.name) === normalizedName(name));
}

/** A wheel with the origin that the recipe has for it: it is the same wheel, wherever it lay this time. */
export function asPinned(wheel: Wheel, plan: InputPlan): Wheel {
	const {distribution} = wheel;
	const pin = pinOf(distribution.name, plan);
	return pin ? {...wheel, distribution: {...distribution, origin: pin.origin}} : wheel;
}
