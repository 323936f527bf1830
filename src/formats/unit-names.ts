import type {Unit} from '../model/additions.ts';

/** The names of those units that fit. A template is no unit that could be started; its instances are. */
export function unitNames(units: readonly Unit[], fits: (unit: Unit) => boolean = () => true): string[] {
	return units.filter(unit => fits(unit) && !unit.name.includes('@.')).map(({name}) => name);
}
