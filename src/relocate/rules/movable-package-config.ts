import {isWithin, parentOf, relativeTarget} from '../../model/paths.ts';
import {isOfInterpreter} from '../carried.ts';
import {moveText, textMoves} from '../moved.ts';
import {isExaminable} from '../place.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';

/** A library that was built here tells pkg-config where it lies; from `pcfiledir` on, that is right wherever the tree lies. */
export const movablePackageConfig: Rule = {
	name: 'movable-package-config',
	because: 'it names the prefix, and the tree may lie elsewhere',
	applies: (entry, place) =>
		place.layout.relocatable &&
		/\/(?:lib|lib64|share)\/pkgconfig\/[^/]+\.pc$/.test(entry.path) &&
		isWithin(entry.path, place.prefix) &&
		isExaminable(entry, place) &&
		!isOfInterpreter(entry, place),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const bytes = place.bytes(entry);
		const text = Buffer.from(moveText(bytes, textMoves(place.moves)) ?? bytes).toString('latin1');
		const up = relativeTarget(parentOf(entry.path), place.prefix);
		return withBytes(entry, place, Buffer.from(fromItsFolder(text, up, place), 'latin1'));
	},
};

function fromItsFolder(text: string, up: string, {prefix}: Place): string {
	const name = Buffer.from(prefix)
		.toString('latin1')
		.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
	const named = new RegExp(`${name}(?![\\w.+@-])`, 'g');
	return text
		.split('\n')
		.map(line => {
			const [, variable = ''] = /^[ \t]*(\w+)[ \t]*=/.exec(line) ?? [];
			const place = variable === 'prefix' ? `\${pcfiledir}/${up}` : `\${prefix}`;
			return line.replaceAll(named, () => place);
		})
		.join('\n');
}
