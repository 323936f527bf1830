import type {InstallPath} from '../../model/paths.ts';

/** First bytes in hexadecimal: Mach-O (mach-o/loader.h, mach-o/fat.h). */
const magics: ReadonlySet<string> = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe']);

/** Whether a file, by its name and its first bytes, is an extension module for macOS. */
export function isForMac(path: InstallPath, head: Uint8Array): boolean {
	return path.endsWith('.so') && magics.has(Buffer.from(head).toString('hex'));
}
