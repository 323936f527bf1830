/**
 * The magic number that the releases of each minor write, from its first release candidate on.
 * Source: Include/internal/pycore_magic_number.h, before 3.14 Lib/importlib/_bootstrap_external.py.
 */
const released: Readonly<Record<string, number>> = {
	'3.7': 3394,
	'3.8': 3413,
	'3.9': 3425,
	'3.10': 3439,
	'3.11': 3495,
	'3.12': 3531,
	'3.13': 3571,
	'3.14': 3627,
};

/** The four bytes that a pyc of a minor begins with; undefined for a minor that is not known here. */
export function magicOf(minor: string): Uint8Array | undefined {
	const number = released[minor];
	return number === undefined ? undefined : Uint8Array.of(number & 0xff, number >> 8, 0x0d, 0x0a);
}

/** The minor whose releases write this magic, such as `3.11`; undefined where none does. */
export function minorOfMagic(magic: Uint8Array): string | undefined {
	const number = (magic[0] ?? 0) | ((magic[1] ?? 0) << 8);
	return Object.keys(released).find(minor => released[minor] === number);
}
