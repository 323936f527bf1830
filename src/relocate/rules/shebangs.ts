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
		if (!script || !isOurs(script.shebang, entry.path, place)) {
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

/** CPython's own modules name a Python of whoever wrote them, such as /usr/local/bin/python: theirs is the one that came along. */
function isOurs(shebang: Shebang, path: InstallPath, place: Place): boolean {
	const ours = parentOf(path) === place.bin ? isPython : place.carried.has(path) ? isFixedPython : isOfBuilder;
	return ours(shebang, place);
}

function isFixedPython(shebang: Shebang, place: Place): boolean {
	return shebang.kind !== 'env' && isPython(shebang, place);
}

function isPython({interpreter}: Shebang, {python}: Place): boolean {
	const names = ['python', 'python3', `python${python.minor}`];
	return names.includes(interpreter.slice(interpreter.lastIndexOf('/') + 1).replace(/w$/, ''));
}

function isOfBuilder(shebang: Shebang, place: Place): boolean {
	const {interpreter} = shebang;
	const moved = movePath(interpreter, place.moves);
	return isFixedPython(shebang, place) && (moved !== interpreter || isWithin(interpreter, place.bin));
}
