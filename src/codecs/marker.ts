import {compare, satisfies, valid} from '@renovatebot/pep440';
import {normalizedName} from './requirement-name.ts';

/** The variables of PEP 508; `extras` and `dependency_groups` are the sets of PEP 751. */
export interface MarkerEnvironment {
	readonly variables: Readonly<Record<string, string>>;
	readonly extras: ReadonlySet<string>;
	readonly groups: ReadonlySet<string>;
}

type Value = {readonly text: string} | {readonly set: ReadonlySet<string>} | {readonly extra: ReadonlySet<string>};

/**
 * What PEP 508 markers see on a Linux machine with CPython `version` (`3.11.2`).
 * Kernel release and version are the target's own, so nothing is known of them: they are empty.
 */
export function markerEnvironment(
	python: {readonly version: string; readonly minor: string; readonly machine: string},
	chosen: {readonly extras?: Iterable<string>; readonly groups?: Iterable<string>} = {},
): MarkerEnvironment {
	return {
		variables: {
			os_name: 'posix',
			sys_platform: 'linux',
			platform_machine: python.machine,
			platform_python_implementation: 'CPython',
			platform_release: '',
			platform_system: 'Linux',
			platform_version: '',
			python_version: python.minor,
			python_full_version: python.version,
			implementation_name: 'cpython',
			implementation_version: python.version,
		},
		extras: new Set([...(chosen.extras ?? [])].map(normalizedName)),
		groups: new Set([...(chosen.groups ?? [])].map(normalizedName)),
	};
}

/**
 * Whether a marker such as `python_version < '3.9' or sys_platform == 'win32'` holds.
 * Throws a SyntaxError for what is no marker. Source: PEP 508, and PEP 751 for `in extras`.
 */
export function holds(marker: string, environment: MarkerEnvironment): boolean {
	const parser = new Parser(tokens(marker), environment);
	const result = parser.or();
	parser.end();
	return result;
}

function tokens(marker: string): string[] {
	const found = marker.match(/"[^"]*"|'[^']*'|[()]|[<>=!~]=?=?|[\w.]+|\S/g) ?? [];
	return [...found];
}

class Parser {
	#at = 0;
	readonly #tokens: readonly string[];
	readonly #environment: MarkerEnvironment;

	constructor(list: readonly string[], environment: MarkerEnvironment) {
		this.#tokens = list;
		this.#environment = environment;
	}

	or(): boolean {
		let result = this.#and();
		while (this.#took('or')) {
			// Both sides are parsed whatever the first one says.
			const other = this.#and();
			result ||= other;
		}

		return result;
	}

	end(): void {
		if (this.#at < this.#tokens.length) {
			throw this.#wrong();
		}
	}

	#and(): boolean {
		let result = this.#one();
		while (this.#took('and')) {
			const other = this.#one();
			result &&= other;
		}

		return result;
	}

	#one(): boolean {
		if (this.#took('(')) {
			const result = this.or();
			if (!this.#took(')')) {
				throw this.#wrong();
			}

			return result;
		}

		const left = this.#value();
		const operator = this.#operator();
		return compareValues(left, operator, this.#value());
	}

	#operator(): string {
		if (this.#took('not')) {
			if (!this.#took('in')) {
				throw this.#wrong();
			}

			return 'not in';
		}

		const token = this.#tokens[this.#at] ?? '';
		if (!/^(?:in|[<>]=?|[=!~]=|===)$/.test(token)) {
			throw this.#wrong();
		}

		this.#at++;
		return token;
	}

	#value(): Value {
		const token = this.#tokens[this.#at] ?? '';
		this.#at++;
		if (/^["']/.test(token)) {
			return {text: token.slice(1, -1)};
		}

		const name = token.replaceAll('.', '_').replace(/^python_implementation$/, 'platform_python_implementation');
		const {variables, extras, groups} = this.#environment;
		const text = variables[name];
		if (text !== undefined) {
			return {text};
		}

		switch (name) {
			case 'extra':
				return {extra: extras};
			case 'extras':
				return {set: extras};
			case 'dependency_groups':
				return {set: groups};
			default:
				this.#at--;
				throw this.#wrong();
		}
	}

	#took(token: string): boolean {
		const fits = this.#tokens[this.#at] === token;
		this.#at += fits ? 1 : 0;
		return fits;
	}

	#wrong(): SyntaxError {
		const token = this.#tokens[this.#at];
		return new SyntaxError(token === undefined ? 'the marker ends too early' : `«${token}» is not expected there`);
	}
}

function compareValues(left: Value, operator: string, right: Value): boolean {
	if ('extra' in left || 'extra' in right) {
		const extras = 'extra' in left ? left.extra : 'extra' in right ? right.extra : new Set<string>();
		const other = 'text' in right ? right.text : 'text' in left ? left.text : '';
		return extras.has(normalizedName(other)) === (operator === '==');
	}

	if ('set' in right && 'text' in left) {
		return right.set.has(normalizedName(left.text)) === (operator === 'in');
	}

	return 'text' in left && 'text' in right && compareTexts(left.text, operator, right.text);
}

/** By version where both sides are versions, else as texts: PEP 508, «Environment Markers». */
function compareTexts(left: string, operator: string, right: string): boolean {
	if (operator === 'in' || operator === 'not in') {
		return right.includes(left) === (operator === 'in');
	}

	if (valid(left) && (valid(right) || right.endsWith('.*')) && operator !== '===') {
		return right.endsWith('.*') || operator === '~='
			? satisfies(left, `${operator}${right}`)
			: byVersion(left, operator, right);
	}

	return byText(left, operator, right);
}

function byVersion(left: string, operator: string, right: string): boolean {
	return ordered(compare(left, right), operator);
}

function byText(left: string, operator: string, right: string): boolean {
	return ordered(left === right ? 0 : left < right ? -1 : 1, operator);
}

function ordered(order: number, operator: string): boolean {
	switch (operator) {
		case '<':
			return order < 0;
		case '<=':
			return order <= 0;
		case '>':
			return order > 0;
		case '>=':
			return order >= 0;
		case '!=':
			return order !== 0;
		default:
			return order === 0;
	}
}
