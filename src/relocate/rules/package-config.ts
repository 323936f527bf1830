import {belowPrefix, isOfInterpreter} from '../carried.ts';
import {moveHome, settingOf, withValues} from '../home-text.ts';
import {type Rule, withBytes} from '../rule.ts';

/** What pkg-config tells those who embed Python or build for it. It knows the folder of the file that it reads. */
export const packageConfig: Rule = {
	name: 'package-config',
	because: 'it says where the headers and libraries of the interpreter lay on the builder',
	applies: (entry, place) =>
		isOfInterpreter(entry, place) && /^lib\/pkgconfig\/python[^/]*\.pc$/.test(belowPrefix(entry.path, place)),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const text = Buffer.from(place.bytes(entry)).toString();
		const named = moveHome(text, place, {own: [settingOf(text, 'prefix')], to: `\${prefix}`});
		const moved = withValues(named, {
			prefix: place.layout.relocatable ? `\${pcfiledir}/../..` : place.prefix,
			exec_prefix: `\${prefix}`,
			libdir: `\${exec_prefix}/lib`,
			includedir: `\${prefix}/include`,
		});
		return withBytes(entry, place, Buffer.from(moved));
	},
};
