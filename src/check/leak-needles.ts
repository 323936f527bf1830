import type {Move, PythonMove} from '../model/moves.ts';
import {type HostPath, type InstallPath, isWithin, parentOf} from '../model/paths.ts';
import {isSharedFolder} from '../model/shared-folders.ts';

/** A text that tells of the builder. */
export interface Needle {
	/** Stable; docs/errors.md explains each. */
	readonly code:
		| 'LEAK_STAGE'
		| 'LEAK_BUILD'
		| 'LEAK_CACHE'
		| 'LEAK_CREDENTIALS'
		| 'LEAK_HOME'
		| 'LEAK_INTERPRETER'
		| 'LEAK_NEEDLE';
	/** What it is, where its kind does not say it well. */
	readonly title?: string;
	readonly text: string;
	/** A path counts only as whole components; a secret counts wherever it stands. */
	readonly isPath: boolean;
	/**
	 * Where it is a leak: in any file; in files that this build made or changed; or, for a folder that every machine
	 * has, only where an installer or compiler wrote it: script headers, pyvenv.cfg, RECORD, ELF files built here.
	 */
	readonly where: 'anywhere' | 'made' | 'generated';
}

/** All that the builder must not tell. */
export interface Secrets {
	readonly prefix: InstallPath;
	readonly moves: readonly Move[];
	readonly python: PythonMove;
	/** The private folder of this build, which holds stage, wheels and temporary files; with its realpath where that differs. */
	readonly work: readonly HostPath[];
	/** Of the tools that are called, and venvpack's own. */
	readonly caches: readonly HostPath[];
	readonly home: HostPath | undefined;
	/** As given, with credentials or without. */
	readonly indexUrls: readonly string[];
}

/** A shorter password would be found in files that do not know it; it still counts together with its user and host. */
const shortestPassword = 8;

/**
 * What to look for, by the rules of leaks: stage, build and work folders, caches and credentials are leaks anywhere; the
 * builder's home and interpreter in files that this build made. A folder that holds the prefix or the target's
 * interpreter is no needle, since the package itself must name it.
 */
export function leakNeedles(secrets: Secrets): readonly Needle[] {
	const {moves, work, caches, home, python, prefix} = secrets;
	const paths = [
		...moves
			.filter(({what}) => what !== 'interpreter')
			.map(({what, from}) => path(what === 'stage' ? 'LEAK_STAGE' : 'LEAK_BUILD', from)),
		...work.map(folder => path('LEAK_BUILD', folder)),
		...caches.map(folder => path('LEAK_CACHE', folder)),
		...(home === undefined ? [] : [path('LEAK_HOME', home)]),
		path('LEAK_INTERPRETER', python.builder),
		path('LEAK_INTERPRETER', python.builderPrefix),
		...moves.filter(({what}) => what === 'interpreter').map(({from}) => path('LEAK_INTERPRETER', from)),
	];
	const isOurs = ({text}: Needle) =>
		[prefix, python.target, parentOf(parentOf(python.target))].some(ours => isWithin(ours, text));
	const credentials = secrets.indexUrls
		.flatMap(credentialsOf)
		.map((text): Needle => ({code: 'LEAK_CREDENTIALS', text, isPath: false, where: 'anywhere'}));
	return [...paths.filter(needle => !isOurs(needle)), ...credentials].filter(
		(needle, at, all) => needle.text.length > 1 && all.findIndex(({text}) => text === needle.text) === at,
	);
}

function path(code: Needle['code'], folder: HostPath): Needle {
	const text = folder.replace(/\/+$/, '');
	const made = code === 'LEAK_HOME' || code === 'LEAK_INTERPRETER' ? 'made' : 'anywhere';
	return {code, text, isPath: true, where: isSharedFolder(text) ? 'generated' : made};
}

/** `user:password@host`, the same as HTTP sends it, and a password by itself. */
function credentialsOf(url: string): string[] {
	const match = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@([^/?#]*)/i.exec(url);
	const [, login = '', host = ''] = match ?? [];
	if (login === '') {
		return [];
	}

	const at = login.indexOf(':');
	const password = at < 0 ? login : login.slice(at + 1);
	const basic = Buffer.from(decoded(login)).toString('base64').replace(/=+$/, '');
	const alone = [password, decoded(password)].filter(text => text.length >= shortestPassword);
	return [...(password === '' ? [] : [`${login}@${host}`, basic]), ...alone];
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
