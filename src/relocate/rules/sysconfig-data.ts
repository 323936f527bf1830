import {decodeSysconfigData, encodeSysconfigData} from '../../codecs/sysconfig-data.ts';
import type {InstallPath} from '../../model/paths.ts';
import {belowPrefix, carriedFrom, isOfInterpreter} from '../carried.ts';
import {carriedVariables} from '../carried-variables.ts';
import {type Rule, withBytes} from '../rule.ts';
import {unknownText} from '../unknown-text.ts';

/**
 * What sysconfig and distutils tell those who compile extension modules, and pip: where headers and libraries are. The
 * module says it of the place where it is read, at a fixed prefix as well: then the same bytes serve every prefix.
 */
export const sysconfigData: Rule = {
	name: 'sysconfig-data',
	because: 'it says where the interpreter lay on the builder, and compilers are called with that',
	applies: (entry, place) =>
		isOfInterpreter(entry, place) && /^lib\/[^/]+\/_sysconfigdata_[^/]*\.py$/.test(belowPrefix(entry.path, place)),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const text = Buffer.from(place.bytes(entry)).toString();
		const moved = understood(entry.path, () => carriedVariables(decodeSysconfigData(text), carriedFrom(place)));
		return withBytes(entry, place, Buffer.from(encodeSysconfigData(moved)));
	},
};

function understood<Value>(path: InstallPath, read: () => Value): Value {
	try {
		return read();
	} catch (cause) {
		if (cause instanceof SyntaxError) {
			throw unknownText(path, 'sysconfig-data', {reason: `is not as CPython writes it: ${cause.message}`, cause});
		}

		throw cause;
	}
}
