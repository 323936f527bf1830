import {decodePyvenvCfg, encodePyvenvCfg} from '../../codecs/pyvenv-cfg.ts';
import {parentOf} from '../../model/paths.ts';
import {type Rule, withBytes} from '../rule.ts';

/**
 * Of a tree whose prefix is the home of its interpreter. A home would only say where that is, which the interpreter finds
 * by its own place; the one key has site.py leave out the packages of the user.
 */
const flat: ReadonlyMap<string, string> = new Map([['include-system-site-packages', 'false']]);

/**
 * Creators write `executable`, `command`, `base-prefix` and more, all of the builder: written anew, none survives.
 * A tree that may be moved names no home: CPython follows the link of its interpreter.
 */
export const pyvenvCfg: Rule = {
	name: 'pyvenv-cfg',
	because: 'its home is the folder of the builder’s interpreter, and its command holds the stage',
	applies: (entry, place) => entry.path.endsWith('/pyvenv.cfg') && parentOf(entry.path) === place.prefix,
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		if (place.layout.bundle) {
			return withBytes(entry, place, Buffer.from(encodePyvenvCfg(flat)));
		}

		const site = siteOf(place.bytes(entry));
		if (place.layout.relocatable) {
			return withBytes(entry, place, Buffer.from(encodePyvenvCfg(new Map([site]))));
		}

		const text = encodePyvenvCfg(
			new Map([
				// CPython 3.11 to 3.13 resolve a relative home against the working folder: always absolute.
				['home', parentOf(place.python.target)],
				site,
				// The patch level is the target's own, and unknown here.
				['version', place.python.minor],
			]),
		);
		return withBytes(entry, place, Buffer.from(text));
	},
};

/** Whether the venv sees the packages of its base, in the words of the file. */
function siteOf(bytes: Uint8Array): [key: string, value: string] {
	const value = decodePyvenvCfg(Buffer.from(bytes).toString()).get('include-system-site-packages');
	return ['include-system-site-packages', value?.toLowerCase() === 'true' ? 'true' : 'false'];
}
