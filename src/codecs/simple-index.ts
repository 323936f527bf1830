/** A file of a project's page on an index. */
export interface IndexFile {
	readonly name: string;
	/** Absolute, without a fragment. */
	readonly url: string;
	/** Hexadecimal; undefined where the index does not say. */
	readonly sha256: string | undefined;
}

/** What to ask an index for: JSON where it has it. PEP 691. */
export const accepted: string =
	'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';

/**
 * Reads a project's page of a simple index, HTML (PEP 503) or JSON (PEP 691); `base` is the URL that it came from.
 * Links that are none are left out.
 */
export function decodeIndexPage(page: {
	readonly text: string;
	readonly contentType: string;
	readonly base: string;
}): IndexFile[] {
	return /\bjson\b/.test(page.contentType) ? fromJson(page.text, page.base) : fromHtml(page.text, page.base);
}

function fromJson(text: string, base: string): IndexFile[] {
	const page = JSON.parse(text) as {
		files?: ReadonlyArray<{filename?: unknown; url?: unknown; hashes?: {sha256?: unknown}}>;
	};
	return (page.files ?? []).flatMap(({filename, url, hashes}) => {
		const absolute = typeof url === 'string' ? absoluteUrl(url, base) : undefined;
		const sha256 = hashes?.sha256;
		return typeof filename === 'string' && absolute
			? [{name: filename, url: absolute.href, sha256: typeof sha256 === 'string' ? sha256.toLowerCase() : undefined}]
			: [];
	});
}

function fromHtml(text: string, page: string): IndexFile[] {
	const base =
		absoluteUrl(unescaped(/<base\s[^>]*href\s*=\s*["']?([^"'\s>]+)/i.exec(text)?.[1] ?? page), page)?.href ?? page;
	return [...text.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi)].flatMap(
		([, double, single, bare]) => {
			const url = absoluteUrl(unescaped(double ?? single ?? bare ?? ''), base);
			if (url === undefined) {
				return [];
			}

			const sha256 = /\bsha256=([0-9a-f]{64})\b/i.exec(url.hash)?.[1]?.toLowerCase();
			url.hash = '';
			return [{name: decoded(url.pathname.split('/').at(-1) ?? ''), url: url.href, sha256}];
		},
	);
}

function absoluteUrl(text: string, base: string): URL | undefined {
	return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

function unescaped(text: string): string {
	return text
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll(/&#0*39;|&apos;/g, "'")
		.replaceAll('&amp;', '&');
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
