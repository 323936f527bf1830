import {decodeDictionary, encodeText, type Literal} from './python-literal.ts';

/** What CPython's build says of itself, such as `BINDIR`: Lib/sysconfig, _generate_posix_vars. */
export type BuildVariables = ReadonlyMap<string, Literal>;

/** Stands in values for the place where the interpreter lies, which is only known when it runs. No path holds a NUL. */
export const homeMark = '\0';

const header = '# system configuration generated and used by the sysconfig module\n';
const start = 'build_time_vars = ';

/**
 * Reads the text of a `_sysconfigdata_*.py`: one dictionary by the name of build_time_vars.
 * Throws a SyntaxError for a module that does anything else.
 */
export function decodeSysconfigData(source: string): BuildVariables {
	const at = source.indexOf(start);
	if (at < 0 || !/^(?:\s|#[^\n]*\n)*$/.test(source.slice(0, at))) {
		throw new SyntaxError(`it does not begin with ${start}`);
	}

	return decodeDictionary(source.slice(at + start.length));
}

/**
 * Writes a `_sysconfigdata_*.py`, in the order given. Each `homeMark` becomes the prefix of the interpreter that reads it:
 * sys.base_prefix is that of the interpreter itself also where a venv is made of it, and may hold `..` or end in a slash
 * as whoever started it wrote it. Only modules are imported that every interpreter has loaded when it starts.
 */
export function encodeSysconfigData(variables: BuildVariables): string {
	const pairs = [...variables].map(([name, value]) => `${encodeText(name)}: ${encodeValue(value)}`);
	return [
		header,
		'import os.path\nimport sys\n\n',
		'_home = os.path.normpath(sys.base_prefix)\n',
		`${start}{${pairs.join(',\n ')}}\n`,
	].join('');
}

function encodeValue(value: Literal): string {
	return typeof value === 'number' ? String(value) : withHome(value);
}

/** `/bin` after the home is `_home + '/bin'`. */
function withHome(text: string): string {
	const pieces = text.split(homeMark);
	const [first = '', ...rest] = pieces;
	return [
		...(first === '' && rest.length > 0 ? [] : [encodeText(first)]),
		...rest.flatMap(piece => ['_home', ...(piece === '' ? [] : [encodeText(piece)])]),
	].join(' + ');
}
