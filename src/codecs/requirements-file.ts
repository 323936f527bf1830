import {decodeRequirementName, normalizedName} from './requirement-name.ts';
import {decodeWheelName} from './wheel-name.ts';

/** One logical line of a requirements file, comments gone and continued lines joined. */
export interface RequirementLine {
	/** The requirement itself, without its options; empty for a line of options. */
	readonly requirement: string;
	/** Normalised; empty where it cannot be told without looking at the file or URL that it names. */
	readonly name: string;
	readonly editable: boolean;
	/** sha256 digests of `--hash`, and of the fragment of a URL; hexadecimal. */
	readonly hashes: readonly string[];
	/** The file of `-r` or `-c`; undefined for another line. */
	readonly includes: string | undefined;
	readonly requireHashes: boolean;
	/** The URL or path of `--index-url`, `--extra-index-url` or `--find-links`. */
	readonly index: string | undefined;
}

/**
 * Reads what venvpack itself must know of a requirements file: names, hashes, included files. Everything else is the
 * resolver's. Source: pip, «Requirements File Format», whose order of joining lines and dropping comments this follows.
 */
export function decodeRequirementsFile(text: string): RequirementLine[] {
	const joined = text.replace(/^\uFEFF/, '').replaceAll(/\\\r?\n/g, ' ');
	return joined
		.split(/\r\n|\r|\n/)
		.map(line => line.replace(/(?:^|\s)#.*$/, '').trim())
		.filter(line => line !== '')
		.map(decodeLine);
}

function decodeLine(line: string): RequirementLine {
	const included = /^(?:-r|-c|--requirement|--constraint)[\s=]*(.+)$/.exec(line)?.[1];
	const editable = /^(?:-e|--editable)[\s=]*(.+)$/.exec(line)?.[1];
	const plain = editable ?? (line.startsWith('-') ? '' : line);
	const requirement = plain.replace(/\s+--?[a-z][\w-]*[\s=].*$/s, '').trim();
	const hashes = [...line.matchAll(/(?:--hash[\s=]+sha256:|[#&]sha256=)([0-9a-f]{64})\b/gi)];
	return {
		requirement,
		name: nameOf(requirement),
		editable: editable !== undefined,
		hashes: hashes.map(([, digest = '']) => digest.toLowerCase()),
		includes: included?.trim().replace(/^(["'])(.*)\1$/, '$2'),
		index: /^(?:-i|-f|--index-url|--extra-index-url|--find-links)[\s=]*(.+)$/.exec(line)?.[1]?.trim(),
		requireHashes: /^--require-hashes\b/.test(line),
	};
}

function nameOf(requirement: string): string {
	const named = decodeRequirementName(requirement)?.name;
	const file =
		requirement
			.replace(/[#?;\s].*$/, '')
			.split('/')
			.at(-1) ?? '';
	const name = named !== undefined && !requirement.endsWith('.whl') ? named : (decodeWheelName(file)?.name ?? '');
	return normalizedName(name);
}
