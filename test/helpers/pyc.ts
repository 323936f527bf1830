import {encodePyc} from '../../src/codecs/pyc.ts';
import {magicOf} from '../../src/codecs/pyc-magic.ts';
import {SourceHash} from '../../src/codecs/source-hash.ts';

export interface SmallPyc {
	/** What its code object names. */
	readonly filename: string;
	/** The text that it was compiled from. */
	readonly source?: string;
	/** Default: `unchecked`. */
	readonly kind?: 'unchecked' | 'checked' | 'timestamp';
	/** Whose magic; default: 3.11. */
	readonly minor?: '3.11' | '3.12' | '3.13';
}

/** A pyc of an empty module, by the layout of 3.11 and later. */
export function smallPyc({filename, source = '', kind = 'unchecked', minor = '3.11'}: SmallPyc): Uint8Array {
	const magic = magicOf(minor) ?? new Uint8Array(4);
	const hash = new SourceHash(magic, minor);
	hash.update(Buffer.from(source));
	const name = Buffer.from(filename);
	const code = Buffer.concat([
		Buffer.from('c'),
		Buffer.alloc(5 * 4),
		// No bytecode, constants, names, variables and kinds of variables.
		Buffer.from('s\0\0\0\0)\0)\0)\0s\0\0\0\0', 'latin1'),
		Buffer.from('z'),
		Buffer.of(name.length),
		name,
		Buffer.from('Z\x08<module>Z\x08<module>\x01\0\0\0s\0\0\0\0s\0\0\0\0', 'latin1'),
	]);
	return encodePyc({
		magic,
		code,
		validation:
			kind === 'timestamp'
				? {kind: 'timestamp', mtime: 1_700_000_000, size: source.length}
				: {kind: 'hash', hash: hash.digest(), checked: kind === 'checked'},
	});
}
