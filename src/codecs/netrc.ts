/** A machine's login in a netrc file. */
export interface NetrcLogin {
	/** The host; empty for `default`. */
	readonly machine: string;
	readonly login: string;
	readonly password: string;
}

/**
 * Reads the logins of a netrc file, in their order; macros are passed over. What is none of it is ignored, as curl does:
 * the file is another program's. Source: the netrc(5) of GNU inetutils; quoting as Python's netrc module reads it.
 */
export function decodeNetrc(text: string): NetrcLogin[] {
	const logins: Array<{machine: string; login: string; password: string}> = [];
	const words = wordsOf(text);
	for (let at = 0; at < words.length; at++) {
		const word = words[at];
		const last = logins.at(-1);
		if (word === 'machine') {
			logins.push({machine: words[++at] ?? '', login: '', password: ''});
		} else if (word === 'default') {
			logins.push({machine: '', login: '', password: ''});
		} else if (last && (word === 'login' || word === 'user')) {
			last.login = words[++at] ?? '';
		} else if (last && word === 'password') {
			last.password = words[++at] ?? '';
		} else if (word === 'account') {
			at++;
		}
	}

	return logins;
}

function wordsOf(text: string): string[] {
	// A macro goes on to the next empty line; a comment is a line of its own, since a password may begin with «#».
	const plain = text.replaceAll(/^[ \t]*macdef\b.*\n(?:.*\S.*\n?)*/gm, '').replaceAll(/^[ \t]*#.*$/gm, '');
	const found = plain.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g);
	return [...found].map(([, quoted, bare]) => (quoted ?? bare ?? '').replaceAll(/\\(.)/g, '$1'));
}
