import {decodeScript, encodeMovableScript, encodeScript, type Script, type Shebang} from '../../codecs/shebang.ts';
import {below, type InstallPath, isWithin, parentOf, relativeTarget} from '../../model/paths.ts';
import {movePath} from '../moved.ts';
import {isExaminable, isOfScriptSize} from '../place.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';

/**
 * A script in `bin` runs with the venv's interpreter, whatever Python its author or an installer wrote there; a script
 * elsewhere only where it names the stage or the builder's interpreter. Other languages, and other Pythons than the
 * venv's minor, are what they are. In a tree that may be moved, a script finds the interpreter by its own place.
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

		return withBytes(entry, place, started(script, entry.path, place));
	},
};

function started({shebang: {args}, body}: Script, path: InstallPath, place: Place): Uint8Array {
	const {bin, interpreter, layout, python} = place;
	if (!layout.relocatable) {
		return encodeScript({interpreter, args, body});
	}

	const way = relativeTarget(parentOf(path), below(bin, `python${python.minor}`));
	return encodeMovableScript({interpreter: way, launcher: layout.bundle ? undefined : 'python', args, body});
}

function isPython({interpreter}: Shebang, {python}: Place): boolean {
	const names = ['python', 'python3', `python${python.minor}`];
	return names.includes(interpreter.slice(interpreter.lastIndexOf('/') + 1).replace(/w$/, ''));
}

function isOfBuilder(shebang: Shebang, place: Place): boolean {
	const {interpreter, kind} = shebang;
	const moved = movePath(interpreter, place.moves);
	return kind !== 'env' && isPython(shebang, place) && (moved !== interpreter || isWithin(interpreter, place.bin));
}
