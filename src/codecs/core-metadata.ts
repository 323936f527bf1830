/** What a project says of itself, in METADATA or in `[project]`. Empty where it says nothing. */
export interface ProjectMetadata {
	/** As the project writes it. */
	readonly name: string;
	readonly version: string;
	/** One line. */
	readonly summary: string;
	/** The long text, as written: mostly Markdown or reStructuredText. */
	readonly description: string;
	/** An SPDX expression where there is one, else the project's own words, on one line. */
	readonly license: string;
	/** `Name <address>`, or one of both where the other is not given. */
	readonly authors: readonly string[];
	readonly maintainers: readonly string[];
	readonly homepage: string;
	/** A PEP 440 specifier. */
	readonly requiresPython: string;
	/** PEP 508 requirements. */
	readonly requiresDist: readonly string[];
	readonly extras: readonly string[];
}

/** The fields of a METADATA or PKG-INFO file by their names in lower case, and its body. */
export interface MetadataFields {
	readonly fields: ReadonlyMap<string, readonly string[]>;
	readonly body: string;
}

/**
 * Splits the text of a METADATA or PKG-INFO file as Python's email parser does: a line that begins with white space
 * continues the field above, the first empty line ends the fields, and so does a line that is no field.
 */
export function decodeMetadataFields(text: string): MetadataFields {
	const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
	const fields = new Map<string, string[]>();
	let last: string[] | undefined;
	let at = 0;
	for (; at < lines.length; at++) {
		const line = lines[at] ?? '';
		const field = /^([!-9;-~]+):[ \t]*(.*)$/s.exec(line);
		if (/^[ \t]/.test(line) && last) {
			last.push(`${last.pop() ?? ''}\n${line}`);
		} else if (field?.[1] !== undefined) {
			last = fields.get(field[1].toLowerCase()) ?? [];
			last.push(field[2] ?? '');
			fields.set(field[1].toLowerCase(), last);
		} else {
			break;
		}
	}

	return {fields, body: lines.slice(lines[at] === '' ? at + 1 : at).join('\n')};
}

/**
 * Reads the text of a METADATA or PKG-INFO file. Fields that are absent, and the `UNKNOWN` of old setuptools, are empty.
 * Source: the core metadata specification, versions 1.0 to 2.5.
 */
export function decodeCoreMetadata(text: string): ProjectMetadata {
	const {fields, body} = decodeMetadataFields(text);
	const all = (name: string) => (fields.get(name) ?? []).filter(value => value.trim() !== 'UNKNOWN');
	const one = (name: string) => all(name)[0]?.trim() ?? '';
	return {
		name: one('name'),
		version: one('version'),
		summary: oneLine(one('summary')),
		description: body.trim() === '' ? unfolded(one('description')) : body,
		license: oneLine(one('license-expression')) || spokenLicense(one('license'), all('classifier')),
		authors: people(one('author'), one('author-email')),
		maintainers: people(one('maintainer'), one('maintainer-email')),
		homepage: one('home-page') || homepageOf(all('project-url').map(labelled)),
		requiresPython: one('requires-python'),
		requiresDist: all('requires-dist').map(oneLine),
		extras: all('provides-extra').map(oneLine),
	};
}

/**
 * The page that a package should name, out of labelled addresses: the homepage, else where the source lies; else empty.
 * Labels are compared without punctuation and case, as the specification of well-known project URLs has it.
 */
export function homepageOf(urls: ReadonlyArray<readonly [label: string, url: string]>): string {
	const known = new Map(urls.map(([label, url]) => [label.toLowerCase().replaceAll(/[^a-z0-9]/g, ''), url]));
	for (const label of ['homepage', 'home', 'website', 'source', 'repository', 'sourcecode', 'github', 'code']) {
		const url = known.get(label);
		if (url !== undefined && url !== '') {
			return url;
		}
	}

	return '';
}

/** A licence out of the older fields: a short text is a name; of a long one, the classifiers or the first line tell more. */
export function spokenLicense(text: string, classifiers: readonly string[]): string {
	if (text !== '' && !text.includes('\n') && text.length <= 80) {
		return text;
	}

	const named = classifiers
		.filter(classifier => classifier.startsWith('License ::'))
		.map(classifier => classifier.split('::').at(-1)?.trim() ?? '')
		.filter(name => name !== 'OSI Approved');
	const first = text.split('\n').find(line => line.trim() !== '') ?? '';
	return named.join(' OR ') || oneLine(first).slice(0, 80);
}

function people(names: string, addresses: string): string[] {
	const listed = splitAddresses(addresses);
	return listed.length === 1 && names !== '' && !listed[0]?.includes('<')
		? [`${oneLine(names)} <${listed[0]}>`]
		: [...listed, ...(listed.length === 0 && names !== '' ? [oneLine(names)] : [])];
}

/** Splits an RFC 822 list of addresses at its commas; a quoted name may hold one. */
function splitAddresses(text: string): string[] {
	// A quote that never closes is looked for from each of them: no list of people is so long that this matters.
	const parts =
		oneLine(text)
			.slice(0, 4096)
			.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? [];
	return parts
		.map(part => part.trim().replace(/^"((?:[^"\\]|\\.)*)"/, (_, name: string) => name.replaceAll(/\\(.)/g, '$1')))
		.filter(part => part !== '');
}

function labelled(text: string): readonly [string, string] {
	const at = text.indexOf(',');
	return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, ' ').trim();
}

/** A Description field, without what marks its continued lines: `       |` or eight spaces. */
function unfolded(text: string): string {
	return text.replaceAll(/\n(?: {7}\|| {8})/g, '\n');
}
