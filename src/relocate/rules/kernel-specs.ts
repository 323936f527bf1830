import {below, isWithin, parentOf} from '../../model/paths.ts';
import {movePath} from '../moved.ts';
import {isExaminable} from '../place.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';

/**
 * Jupyter starts a kernel by the `argv` of its kernel.json. A bare `python` is right as it is: jupyter_client
 * (manager.py, format_kernel_cmd) puts its own interpreter there.
 */
export const kernelSpecs: Rule = {
	name: 'kernel-specs',
	because: 'a kernel spec made in the stage names the interpreter by its path',
	applies: (entry, place) =>
		entry.path.endsWith('/kernel.json') &&
		isExaminable(entry, place) &&
		isWithin(entry.path, below(place.prefix, 'share/jupyter/kernels')),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const text = Buffer.from(place.bytes(entry)).toString();
		const program = programOf(text);
		if (program === undefined || !isVenvPython(program, place)) {
			return entry;
		}

		const python = place.layout.relocatable ? 'python' : place.interpreter;
		const moved = text.replace(JSON.stringify(program), () => JSON.stringify(python));
		return withBytes(entry, place, Buffer.from(moved));
	},
};

function programOf(text: string): string | undefined {
	try {
		const spec: unknown = JSON.parse(text);
		const argv = typeof spec === 'object' && spec !== null && 'argv' in spec ? spec.argv : undefined;
		return Array.isArray(argv) && typeof argv[0] === 'string' ? argv[0] : undefined;
	} catch {
		return undefined;
	}
}

function isVenvPython(program: string, place: Place): boolean {
	return (
		program.startsWith('/') &&
		/\/python(?:3(?:\.\d+)?)?$/.test(program) &&
		(movePath(program, place.moves) !== program ||
			program === place.python.builder ||
			parentOf(program as typeof place.bin) === place.bin)
	);
}
