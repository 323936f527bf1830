/** A version of PEP 440, normalised, its numbers as texts: dates with microseconds are larger than a number can hold. */
export interface PythonVersion {
	/** `0` where there is none. */
	readonly epoch: string;
	/** The release as it is written, such as `2024.01.05`. */
	readonly release: string;
	/** Such as `rc1`; undefined where there is none, as in the next two. */
	readonly pre: string | undefined;
	readonly post: string | undefined;
	readonly dev: string | undefined;
	/** Segments of the local label; none where there is no label. */
	readonly local: readonly string[];
}

/** Appendix B of PEP 440, without the spaces around it. */
const grammar =
	/^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:[-_.]?(?<kind>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre>\d*))?(?:-(?<implicit>\d+)|[-_.]?(?<posted>post|rev|r)[-_.]?(?<post>\d*))?(?:[-_.]?(?<developed>dev)[-_.]?(?<dev>\d*))?(?:\+(?<local>[a-z\d]+(?:[-_.][a-z\d]+)*))?$/;

const kinds: Readonly<Record<string, string>> = {alpha: 'a', beta: 'b', c: 'rc', pre: 'rc', preview: 'rc'};

/** Reads a version of PEP 440, spaces around it left out; undefined for what is none. */
export function decodePythonVersion(text: string): PythonVersion | undefined {
	const parts = grammar.exec(text.trim().toLowerCase())?.groups;
	if (parts?.release === undefined) {
		return undefined;
	}

	const {epoch = '0', release, kind, implicit, local} = parts;
	return {
		epoch: plain(epoch),
		release,
		pre: kind === undefined ? undefined : `${kinds[kind] ?? kind}${plain(parts.pre)}`,
		post: implicit === undefined && parts.posted === undefined ? undefined : plain(implicit ?? parts.post),
		dev: parts.developed === undefined ? undefined : plain(parts.dev),
		local: local?.split(/[-_.]/).map(segment => (/^\d+$/.test(segment) ? plain(segment) : segment)) ?? [],
	};
}

/** A number without leading zeros; one that is left out is 0. */
function plain(digits: string | undefined): string {
	return digits?.replace(/^0+(?=\d)/, '') || '0';
}
