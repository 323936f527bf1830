import {homeMark} from '../../codecs/sysconfig-data.ts';
import {below, type InstallPath, nameOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import {belowPrefix, carriedFrom, isOfInterpreter} from '../carried.ts';
import {carriedVariables} from '../carried-variables.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';
import {unknownText} from '../unknown-text.ts';

type Values = Readonly<Record<string, unknown>>;

const variables = /^lib\/[^/]+\/_sysconfig_vars_[^/]*\.json$/;
const details = /^lib\/[^/]+\/build-details[^/]*\.json$/;

/**
 * What CPython from 3.14 on says of itself to those who do not start it. PEP 739 lets build-details.json name places by
 * where it lies itself; the build variables as JSON cannot, nothing in the standard library reads them, and in a tree
 * that may be moved they go.
 */
export const buildDetails: Rule = {
	name: 'build-details',
	because: 'it says where the interpreter lay on the builder to those who do not start it',
	applies: (entry, place) =>
		isOfInterpreter(entry, place) && [variables, details].some(name => name.test(belowPrefix(entry.path, place))),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		if (variables.test(belowPrefix(entry.path, place)) && place.layout.relocatable) {
			return undefined;
		}

		const values = objectIn(Buffer.from(place.bytes(entry)).toString(), entry.path);
		const moved = variables.test(belowPrefix(entry.path, place))
			? movedVariables(values, place)
			: detailed(values, place);
		return withBytes(entry, place, Buffer.from(`${JSON.stringify(moved, undefined, 2)}\n`));
	},
};

function movedVariables(values: Values, place: Place): Values {
	const known = Object.entries(values).flatMap(
		([name, value]): Array<[string, string | number]> =>
			typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
	);
	const moved = carriedVariables(new Map(known), carriedFrom(place));
	const texts = [...moved].map(([name, value]) => [
		name,
		typeof value === 'string' ? value.replaceAll(homeMark, place.prefix) : value,
	]);
	return {...values, ...Object.fromEntries(texts)};
}

/** Relative places are below base_prefix, which is relative to the folder of the file: lib/python3.14. */
function detailed(values: Values, place: Place): Values {
	const {prefix, python, layout, tree} = place;
	const places = new Places(tree);
	const at = (path: InstallPath) => (layout.relocatable ? belowPrefix(path, place) : path);
	const there = (folder: string) => (value: unknown) => {
		const path = below(prefix, `${folder}${typeof value === 'string' ? nameOf(value as InstallPath) : ''}`);
		return places.at(path) ? at(path) : undefined;
	};
	const {libpython, c_api: api} = values;
	const headers = isObject(api) ? there('include/')(api.headers) : undefined;
	return {
		...values,
		base_prefix: layout.relocatable ? '../..' : prefix,
		base_interpreter: at(below(prefix, `bin/python${python.minor}`)),
		libpython: isObject(libpython) ? each(libpython, there('lib/')) : libpython,
		// A section without headers is none: PEP 739 requires them in it.
		c_api: headers === undefined ? undefined : {headers, pkgconfig_path: there('lib/pkgconfig')('')},
	};
}

/** Paths asked for anew; what is not in the tree is left out, and what is no path stays. */
function each(values: Values, ask: (value: unknown) => string | undefined): Values {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [name, typeof value === 'boolean' ? value : ask(value)]),
	);
}

function objectIn(text: string, path: InstallPath): Values {
	try {
		const value: unknown = JSON.parse(text);
		if (isObject(value)) {
			return value;
		}
	} catch (cause) {
		throw unknownText(path, 'build-details', {reason: 'is no JSON', cause});
	}

	throw unknownText(path, 'build-details', {reason: 'is no JSON object'});
}

function isObject(value: unknown): value is Values {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
