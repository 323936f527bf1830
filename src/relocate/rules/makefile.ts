import {belowPrefix, isOfInterpreter} from '../carried.ts';
import {moveHome, settingOf, withValues} from '../home-text.ts';
import {isOwnHome, replacePaths} from '../replace-paths.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';

/**
 * The Makefile that built the interpreter, which those who build modules into one of their own include. In a tree that
 * may be moved, make asks where the file lies; it cannot where the path has a space, in this as in all that it does.
 */
export const makefile: Rule = {
	name: 'makefile',
	because: 'it says where the interpreter was built and was to lie on the builder',
	applies: (entry, place) =>
		isOfInterpreter(entry, place) && /^lib\/[^/]+\/config[^/]*\/Makefile$/.test(belowPrefix(entry.path, place)),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const text = Buffer.from(place.bytes(entry)).toString();
		return withBytes(entry, place, Buffer.from(moved(text, place)));
	},
};

function moved(text: string, place: Place): string {
	const named = moveHome(text, place, {own: [settingOf(text, 'prefix')], to: '$(prefix)'});
	const builds = ['abs_builddir', 'abs_srcdir'].map(name => settingOf(text, name).replace(/\/\.\.$/, ''));
	const neutral = replacePaths(
		named.replaceAll(/(--(?:exec-)?prefix=)\/usr(?=['\s])/g, '$1$(prefix)'),
		builds.filter(isOwnHome).map(path => ({path, to: '/build'})),
	);
	const settled = withValues(neutral, {
		prefix: place.prefix,
		exec_prefix: '$(prefix)',
		LIBDIR: '$(exec_prefix)/lib',
		...(settingOf(text, 'WHEEL_PKG_DIR') === '' ? {} : {WHEEL_PKG_DIR: '$(LIBDEST)/ensurepip/_bundled'}),
	});
	return place.layout.relocatable ? settled.replace(/^prefix=[ \t]*.*$/m, `prefix:=\t${fromItself}`) : settled;
}

/** Asked at once, while the file itself is the last that was read. */
const fromItself = '$$(abspath $$(dir $$(lastword $$(MAKEFILE_LIST)))../../..)';
