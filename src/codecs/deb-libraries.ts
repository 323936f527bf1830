/** A shared library, as the `symbols` file of its package describes it: deb-symbols(5). */
export interface DebLibrary {
	readonly soname: string;
	/** Such as `libc6 #MINVER#`; the first is the main one, a symbol may name another by its index. */
	readonly templates: readonly string[];
	readonly symbols: readonly DebSymbol[];
}

export interface DebSymbol {
	readonly name: string;
	/** Such as `GLIBC_2.34`, or `Base` where it has none. */
	readonly version: string;
	/** The first version of the package that has it. */
	readonly minimum: string;
	/** Which template asks for it. */
	readonly template: number;
}

/** A line of a `shlibs` file: deb-shlibs(5). */
export interface DebShlib {
	/** Put together from name and version, such as `libfoo.so.1`, or `libfoo-1.2.so` for a version that stands before `.so`. */
	readonly sonames: readonly string[];
	/** A relation, such as `libfoo1 (>= 1.2)`; may hold several with commas. */
	readonly relation: string;
}

/** Reads the `symbols` of a binary package. Lines that are none of it, such as fields that begin with `*`, are passed over. */
export function decodeDebSymbols(text: string): DebLibrary[] {
	const libraries: Array<{soname: string; templates: string[]; symbols: DebSymbol[]}> = [];
	for (const line of text.split('\n')) {
		const [, soname, template] = /^([^\s#*|]\S*) (.+)$/.exec(line) ?? [];
		if (soname !== undefined && template !== undefined) {
			libraries.push({soname, templates: [template], symbols: []});
			continue;
		}

		const library = libraries.at(-1);
		const symbol = symbolOf(line);
		if (library && symbol) {
			library.symbols.push(symbol);
		} else if (library && line.startsWith('| ')) {
			library.templates.push(line.slice(2));
		}
	}

	return libraries;
}

function symbolOf(line: string): DebSymbol | undefined {
	const [, quoted, bare, minimum, template] = /^ (?:\([^)]*\))?(?:"([^"]+)"|(\S+)) (\S+)(?: (\d+))?$/.exec(line) ?? [];
	const whole = quoted ?? bare;
	const at = whole?.lastIndexOf('@') ?? -1;
	return whole === undefined || minimum === undefined || at < 1
		? undefined
		: {name: whole.slice(0, at), version: whole.slice(at + 1), minimum, template: Number(template ?? 0)};
}

/** Reads the `shlibs` of a binary package; what is meant for udebs is left out. */
export function decodeDebShlibs(text: string): DebShlib[] {
	return text.split('\n').flatMap(line => {
		const [, type, name, version, relation] = /^(?:(\w+):\s+)?([^\s#]\S*)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
		return name === undefined || version === undefined || relation === undefined || type !== undefined
			? []
			: [{sonames: [`${name}.so.${version}`, `${name}-${version}.so`], relation: relation.trim()}];
	});
}
