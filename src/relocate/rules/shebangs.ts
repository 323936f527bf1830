import {decodeScript, encodeScript, type Shebang} from '../../codecs/shebang.ts';
import {isWithin, parentOf} from '../../model/paths.ts';
import {movePath} from '../moved.ts';
import {isExaminable, isOfScriptSize} from '../place.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';

/**
 * A script in `bin` runs with the venv's interpreter, whatever Python its author or an installer wrote there; a script
 * elsewhere only where it names the stage or the builder's interpreter. Other languages, and other Pythons than the
 * venv's minor, are what they are.
 */
export const shebangs: Rule = {
	name: 'shebangs',
	because: 'a script names the interpreter of the stage, and Linux reads only so much of its first line',
	applies: (entry, place) =>
		isExaminable(entry, place) || (parentOf(entry.path) === place.bin && isOfScriptSize(entry)),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const script = decodeScript(place.bytes(entry));
		const ours = parentOf(entry.path) === place.bin ? isPython : isOfBuilder;
		if (!script || !ours(script.shebang, place)) {
			return entry;
		}

		const {args} = script.shebang;
		return withBytes(entry, place, encodeScript({interpreter: place.interpreter, args, body: script.body}));
	},
};

function isPython({interpreter}: Shebang, {python}: Place): boolean {
	const names = ['python', 'python3', `python${python.minor}`];
	return names.includes(interpreter.slice(interpreter.lastIndexOf('/') + 1).replace(/w$/, ''));
}

function isOfBuilder(shebang: Shebang, place: Place): boolean {
	const {interpreter, kind} = shebang;
	const moved = movePath(interpreter, place.moves);
	return kind !== 'env' && isPython(shebang, place) && (moved !== interpreter || isWithin(interpreter, place.bin));
}
