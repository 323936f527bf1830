import {InputError} from '../../model/errors.ts';
import type {PythonMove} from '../../model/moves.ts';
import {below, type InstallPath} from '../../model/paths.ts';
import {type Entry, type Tree, treeOf} from '../../model/tree.ts';

interface Home {
	readonly prefix: InstallPath;
	readonly python: Pick<PythonMove, 'minor'>;
	/** Where the interpreter looks for its standard library: `lib`, or `lib64`, which then is a link to it. */
	readonly libraryName: string;
}

/**
 * The tree of a venv with the interpreter's own files in it. Its link to the builder's interpreter gives way, and so does
 * `lib64`, which only few interpreters look into.
 * Throws an InputError (BUNDLE_OCCUPIED) where something was installed in a place of the interpreter.
 */
export function withInterpreter(tree: Tree, interpreter: readonly Entry[], home: Home): Tree {
	const {prefix, python, libraryName} = home;
	const ofVenv = new Set([below(prefix, `bin/python${python.minor}`)]);
	if (libraryName === 'lib') {
		ofVenv.add(below(prefix, 'lib64'));
	}

	const rest = tree.entries.filter(({kind, path}) => !(kind === 'link' && ofVenv.has(path)));
	const known = new Map(rest.map(entry => [entry.path, entry]));
	const added = interpreter.filter(entry => {
		const there = known.get(entry.path);
		if (there && (there.kind !== 'directory' || entry.kind !== 'directory')) {
			throw occupied(entry.path);
		}

		return !there;
	});
	try {
		return treeOf([...rest, ...added]);
	} catch (error) {
		throw error instanceof RangeError ? occupied(prefix, error) : error;
	}
}

function occupied(path: InstallPath, cause?: RangeError): InputError {
	const what = cause ? `: ${cause.message}` : '';
	return new InputError(
		`a wheel or a hook put a file at ${path}, where the interpreter that comes along has its own${what}`,
		{
			code: 'BUNDLE_OCCUPIED',
			input: path,
			hint: 'have it write elsewhere, or leave out --bundle-python',
			cause,
		},
	);
}
