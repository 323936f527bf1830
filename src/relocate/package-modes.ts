import {below, type InstallPath, isWithin, nameOf} from '../model/paths.ts';
import type {ReadContent} from '../model/staged.ts';
import type {Entry, FileEntry, Tree} from '../model/tree.ts';
import {isOfScriptSize} from './place.ts';

/** A library by its name. The loader itself, `ld-*.so`, is a program. */
const library = /^(?!ld-).*\.so(?:\.[\w.]+)?$/;
/** ELF, a script, and programs of other systems, which an emulator may run: PE, Mach-O. */
const programs = ['\x7fELF', '#!', 'MZ', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe'];

/**
 * Takes the executable bit off what cannot be executed: libraries, which are loaded (Debian Policy 8.1), and files that are
 * neither a program nor a script; wheels are made on all kinds of file systems. What lies in `<prefix>/bin` is left alone:
 * a shell runs a script without a first line. Not a rule of relocation, for it has nothing to do with the place.
 */
export function withPackageModes({entries}: Tree, prefix: InstallPath, read: ReadContent): Tree {
	const bin = below(prefix, 'bin');
	return {
		entries: entries.map(entry =>
			isExecutableFile(entry) && !isWithin(entry.path, bin) && isIdle(entry, read)
				? {...entry, mode: entry.mode & ~0o111}
				: entry,
		),
	};
}

function isExecutableFile(entry: Entry): entry is FileEntry {
	return entry.kind === 'file' && (entry.mode & 0o111) !== 0;
}

function isIdle(entry: FileEntry, read: ReadContent): boolean {
	if (library.test(nameOf(entry.path))) {
		return true;
	}

	if (!isOfScriptSize(entry)) {
		return false;
	}

	const head = Buffer.from(read(entry.content).subarray(0, 4)).toString('latin1');
	return !programs.some(magic => head.startsWith(magic));
}
