/** What was found in a file, */
export interface NamedLoads {
	readonly names: Set<string>;
	/** and how many places may still be looked at: a file made to do harm has millions. */
	left: number;
}

/** Of one file; a program that goes through lists of libraries has some dozens. */
const mostNames = 200;
const mostPlaces = 10_000;

/** For a file of which nothing was seen yet. */
export function noLoads(): NamedLoads {
	return {names: new Set(), left: mostPlaces};
}

/** The calls of Python that load a library by its name: ctypes, ctypes.util, and the ffi of cffi. */
const calls = [
	// CDLL and PyDLL, not WinDLL.
	{needle: Buffer.from('DLL('), head: /(?<!\w)(?:C|Py)$/, isShort: false},
	{needle: Buffer.from('oadLibrary('), head: /(?<!\w)L$/, isShort: false},
	{needle: Buffer.from('find_library('), head: /(?<!\w)$/, isShort: true},
	{needle: Buffer.from('dlopen('), head: /(?<!\w)$/, isShort: true},
] as const;
/** What is looked at before a call and behind its bracket, in bytes: less than what `Sliding` shows of both. */
const [around, behind] = [150, 300];
const argument = /^\s{0,60}(?:name\s{0,4}=\s{0,4})?[rRuU]?(["'])([\w.+/@-]{1,128})\1\s{0,60}[,)]/;
/** A comment, or what a docstring shows as an example. */
const noCode = /#|^\s*(?:>>>|\.\.\.)/;
/** A soname, with or without its version, and maybe a folder. */
const soname = /^[\w.+/@-]*[\w+-]\.so(?:\.\w[\w.]*)?$/;
/** Names that only Windows and macOS know. */
const foreign =
	/32$|^(?:msvc\w*|ntdll|objc|System|Carbon|Cocoa|AppKit|IOKit|Foundation|Security|CoreFoundation|CoreServices|CoreGraphics|CoreText|ApplicationServices|DiskArbitration|SystemConfiguration|Metal)$/i;

/** Adds the names of libraries that Python code loads, as far as they stand in the call; see `Look`. */
export function addLoadsOfPython(found: NamedLoads, bytes: Buffer, from: number): void {
	for (const {needle, head, isShort} of calls) {
		for (const at of places(found, bytes, {needle, from})) {
			const lead = bytes.toString('latin1', Math.max(0, at - around), at);
			const name =
				head.test(lead) && !noCode.test(lead.slice(lead.lastIndexOf('\n') + 1)) && asked(bytes, at + needle.length);
			const library = name && libraryNamed(name, isShort);
			if (library) {
				found.names.add(library);
			}
		}
	}
}

function* places(
	found: NamedLoads,
	bytes: Buffer,
	{needle, from}: {readonly needle: Buffer; readonly from: number},
): Generator<number> {
	for (let at = bytes.indexOf(needle, from); at >= 0; at = bytes.indexOf(needle, at + 1)) {
		if (found.left === 0 || found.names.size >= mostNames) {
			return;
		}

		found.left--;
		yield at;
	}
}

function asked(bytes: Buffer, at: number): string | undefined {
	return argument.exec(bytes.toString('latin1', at, at + behind))?.[2];
}

/** `z` means any version of libz to find_library and to cffi, though not to ctypes. */
function libraryNamed(name: string, isShort: boolean): string | undefined {
	if (soname.test(name)) {
		return name;
	}

	const isPlain = isShort && /^[\w+-][\w.+-]*$/.test(name) && !/^lib|\.(?:dll|dylib|exe|pyd)$/i.test(name);
	return isPlain && !foreign.test(name) ? `lib${name}.so` : undefined;
}

const dlopen = Buffer.from('dlopen\0');
const suffix = Buffer.from('.so');
const [dot, nul] = [0x2e, 0];

/** Whether the name of dlopen(3) stands in a piece of an ELF file, as it does among the symbols that it asks for. */
export function namesDlopen(bytes: Buffer): boolean {
	return bytes.includes(dlopen);
}

/** Adds the strings of an ELF file that look like the soname of a library; see `Look`. */
export function addSonames(found: NamedLoads, bytes: Buffer, from: number): void {
	for (const at of places(found, bytes, {needle: suffix, from})) {
		const next = bytes[at + suffix.length];
		if (next === nul || next === dot) {
			const [, stem] = /\0(lib[\w.+-]{1,120})$/.exec(bytes.toString('latin1', Math.max(0, at - around), at)) ?? [];
			const [, version] = /^\.so((?:\.\d\w{0,20}){0,4})\0/.exec(bytes.toString('latin1', at, at + around)) ?? [];
			if (stem !== undefined && version !== undefined) {
				found.names.add(`${stem}.so${version}`);
			}
		}
	}
}
