/** Without user, password, query and fragment, any of which may be a token. Empty for a place of this machine. */
export function publicUrl(text: string): string {
	const bare = text.replace(/^git\+/, '').replace(/[?#].*$/, '');
	if (!URL.canParse(bare)) {
		// As ssh has it: git@host:path. The user is part of the address there, and no secret.
		return bare.startsWith('/') ? '' : bare;
	}

	const url = new URL(bare);
	if (url.protocol === 'file:') {
		return '';
	}

	url.password = '';
	url.username = url.protocol === 'ssh:' ? url.username : '';
	return url.href;
}

/** The name of the file at an address or a path, as it is written there. */
export function fileNameOf(place: string): string {
	const name = place.replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#]*)[?#].*$/i, '$1').replace(/^.*\//, '');
	try {
		// A plus is %2B at some servers. What is no name then stays as it was written.
		const spoken = decodeURIComponent(name);
		return spoken.includes('/') || /\p{Cc}/u.test(spoken) ? name : spoken;
	} catch {
		return name;
	}
}
