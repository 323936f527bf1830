import {decodeNetrc} from '../codecs/netrc.ts';
import {type InstallPath, nameOf} from '../model/paths.ts';

/** Files that programs keep passwords in, and how to tell that one is there. */
const files: ReadonlyArray<{readonly name: RegExp; readonly what: string; holds(text: string): boolean}> = [
	{
		name: /^[._]netrc$/,
		what: 'passwords for hosts',
		holds: text => decodeNetrc(text).some(({password}) => password !== ''),
	},
	{name: /^\.pypirc$/, what: 'passwords for package indexes', holds: text => /^\s*password\s*[:=]\s*\S/m.test(text)},
	{name: /^\.git-credentials$/, what: 'passwords for repositories', holds: text => /:\/\/[^/\s]*:[^/\s]+@/.test(text)},
	{name: /^\.npmrc$/, what: 'a token for npm', holds: text => /_(?:authToken|auth|password)\s*=\s*[^\s$]/.test(text)},
	{name: /^\.pgpass$/, what: 'passwords for databases', holds: text => /^(?:[^#:\n]*:){4}\S/m.test(text)},
	{
		name: /^\.env(?:\.(?!example$|sample$|template$|dist$)\w+)?$/,
		what: 'settings of a developer, secret ones among them',
		holds: text =>
			/^\s*(?:export\s+)?\w*(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE)\w*\s*=\s*["']?[^\s"'$<]/im.test(text),
	},
];

/** The largest that is looked at, in bytes. */
export const largestSecretFile: number = 256 * 1024;

/** Whether a program keeps passwords in a file of this name. */
export function isSecretFile(path: InstallPath): boolean {
	return files.some(({name}) => name.test(nameOf(path)));
}

/** What such a file holds; undefined where it holds nothing secret. */
export function secretsOfFile(path: InstallPath, text: string): string | undefined {
	return files.find(({name, holds}) => name.test(nameOf(path)) && holds(text))?.what;
}
