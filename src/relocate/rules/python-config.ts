import {parentOf} from '../../model/paths.ts';
import {isOfInterpreter} from '../carried.ts';
import {moveHome} from '../home-text.ts';
import {type Rule, withBytes} from '../rule.ts';
import {unknownText} from '../unknown-text.ts';

/** As Misc/python-config.sh.in has it since 3.3: it loses its way in folders with spaces and through links. */
const finder = /^installed_prefix \(\)\n\{\n.*?^\}\n/ms;
const ownFinder = `installed_prefix ()
{
    dirname "$(dirname "$(readlink -f -- "$1")")"
}
`;

/** The script of sh that tells compiler flags. It asks where it lies itself, so the same bytes serve every prefix. */
export const pythonConfig: Rule = {
	name: 'python-config',
	because: 'it tells compilers where the interpreter lay on the builder',
	applies: (entry, place) =>
		isOfInterpreter(entry, place) && parentOf(entry.path) === place.bin && /\/python[\d.]+t?-config$/.test(entry.path),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const text = Buffer.from(place.bytes(entry)).toString();
		if (!/^#! ?\/bin\/sh\n/.test(text)) {
			return entry;
		}

		const [, prefix = ''] = /^prefix="(.*)"$/m.exec(text) ?? [];
		if (prefix === '' || !finder.test(text)) {
			throw unknownText(entry.path, 'python-config', {
				reason: 'is not as CPython writes it: it does not ask for its own place',
			});
		}

		const moved = moveHome(text, place, {own: [prefix], to: `\${prefix_real}`})
			.replace(finder, () => ownFinder)
			.replace(/^prefix=".*"$/m, () => `prefix="\${prefix_real}"`)
			.replace(/^libdir=.*$/m, () => `libdir="\${prefix_real}/lib"`);
		return withBytes(entry, place, Buffer.from(moved));
	},
};
