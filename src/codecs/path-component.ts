/**
 * Whether a path component ends at `at` of `bytes`: `/stage` is not in `/stage2`, `/stage-old` or `/stage.old`, yet it
 * is in `/stage/app` and at the end of a sentence. A dot is part of a name only when the name goes on after it.
 */
export function endsComponent(bytes: Uint8Array, at: number): boolean {
	return !(isNameByte(bytes[at]) || (bytes[at] === 0x2e && isNameByte(bytes[at + 1])));
}

/** Digits, letters, `_`, `+`, `-`, `~`, and all that is not ASCII. */
function isNameByte(byte: number | undefined): boolean {
	return byte !== undefined && (byte >= 0x80 || /[\w+~-]/.test(String.fromCharCode(byte)));
}
