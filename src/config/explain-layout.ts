import {bundleParts} from '../model/layout.ts';
import type {Config} from './config.ts';
import {layoutOf} from './decide-layout.ts';
import type {Key} from './keys.ts';

interface LayoutRow {
	readonly key: string;
	readonly value: string | boolean | readonly string[];
	readonly origin: string;
}

/** Both are made of windows. */
const needTk: readonly string[] = ['idle', 'turtledemo'];

/**
 * How the tree finds its interpreter, and what of it comes along. `interpreter`: that which builds, as messages name it.
 * Throws what `layoutOf` throws.
 */
export function bundleRows(config: Config, interpreter: string): LayoutRow[] {
	const {relocatable, bundle} = layoutOf(config);
	const at = (key: Key, value: LayoutRow['value']): LayoutRow => ({
		key,
		value,
		origin: config.places[key]?.origin ?? 'default',
	});
	const rows = [at('relocatable', relocatable), at('bundle-python', bundle ? `with ${interpreter}` : false)];
	if (!bundle) {
		return rows;
	}

	const kept: readonly string[] = bundle.keep;
	const left = bundleParts.filter(
		part => !kept.includes(part) && !(part === 'tkinter' && kept.some(name => needTk.includes(name))),
	);
	return [
		...rows,
		at('bundle-libraries', bundle.libraries ? 'its shared libraries, but for those of glibc' : 'declared, not carried'),
		at('keep', bundle.keep),
		{key: 'left out', value: left, origin: 'keep'},
	];
}
