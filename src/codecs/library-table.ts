import * as v from 'valibot';
import {ArtifactError} from '../model/errors.ts';
import type {LibraryTable, SymbolVersion} from '../model/library-table.ts';
import type {DebLibrary, DebShlib, DebSymbol} from './deb-libraries.ts';
import {compareDebVersions} from './deb-version-order.ts';

const words = v.record(v.string(), v.string());
const library = v.union([
	/** Of a `shlibs`: the relation as it stands. */
	v.string(),
	v.object({
		/** Templates; the first is the main one. */
		t: v.array(v.string()),
		/** For each version of symbols the minimum of most of them. */
		n: words,
		/** Symbols with another minimum, by their version; `2.1 1` names template 1. */
		s: v.optional(v.record(v.string(), words)),
	}),
]);
const heading = v.object({target: v.string(), suite: v.string()});

type Entry = v.InferOutput<typeof library>;

export interface LibrarySources {
	/** Such as `debian-12`. */
	readonly target: string;
	/** Such as `bookworm`. */
	readonly suite: string;
	readonly libraries: Iterable<DebLibrary>;
	readonly shlibs: Iterable<DebShlib>;
}

/**
 * The table as lines: a heading in JSON, then a soname, a space, and what is known of it in JSON, sonames sorted. So a reader
 * looks up the few that it wants, and parses no others. A library's `symbols` win over its `shlibs`, as for dpkg-shlibdeps(1).
 */
export function encodeLibraryTable({target, suite, libraries, shlibs}: LibrarySources): Uint8Array {
	const entries = new Map<string, Entry>();
	for (const {sonames, relation} of shlibs) {
		for (const soname of sonames) {
			entries.set(soname, relation);
		}
	}

	for (const one of libraries) {
		entries.set(one.soname, entryOf(one));
	}

	const sorted = [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
	const lines = sorted.map(([soname, entry]) => `${soname} ${JSON.stringify(entry)}\n`);
	return Buffer.from(`${JSON.stringify({target, suite})}\n${lines.join('')}`);
}

function entryOf({templates, symbols}: DebLibrary): Entry {
	const common: Record<string, string> = {};
	const odd: Record<string, Record<string, string>> = {};
	for (const [version, group] of Map.groupBy(symbols, symbol => symbol.version)) {
		const byMinimum = [...Map.groupBy(group, written)].sort(([, one], [, other]) => other.length - one.length);
		const [[minimum] = [''], ...others] = byMinimum;
		const exceptions = others.flatMap(([text, some]) => some.map(({name}): [string, string] => [name, text]));
		// Mangled names of C++ by the ten thousand would be most of the table: their libraries ask for the newest of a version.
		const isMangled = exceptions.some(([name]) => name.startsWith('_Z'));
		common[version] = isMangled ? newestOf(group) : minimum;
		if (exceptions.length > 0 && !isMangled) {
			odd[version] = Object.fromEntries(exceptions);
		}
	}

	return Object.keys(odd).length > 0 ? {t: [...templates], n: common, s: odd} : {t: [...templates], n: common};
}

function written({minimum, template}: DebSymbol): string {
	return template === 0 ? minimum : `${minimum} ${template}`;
}

function newestOf(symbols: readonly DebSymbol[]): string {
	return symbols.map(({minimum}) => minimum).reduce((one, other) => (compareDebVersions(one, other) < 0 ? other : one));
}

/** Reads a table. Throws an ArtifactError (LIBRARY_TABLE_INVALID), which a broken installation of venvpack explains. */
export function decodeLibraryTable(bytes: Uint8Array): LibraryTable {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const {target} = parsed(heading, lineAt(text, 0));
	return {
		target,
		relationsOf(soname, asked) {
			const start = `\n${soname} `;
			const at = /\s/.test(soname) ? -1 : text.indexOf(start);
			if (at < 0) {
				return undefined;
			}

			const entry = parsed(library, lineAt(text, at + Buffer.byteLength(start)));
			return typeof entry === 'string' ? relations(entry) : relationsOf(entry, asked);
		},
	};
}

function lineAt(text: Buffer, start: number): string {
	const end = text.indexOf('\n', start);
	return text.toString('utf8', start, end < 0 ? text.length : end);
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, json: string): v.InferOutput<Schema> {
	try {
		return v.parse(schema, JSON.parse(json));
	} catch (cause) {
		throw new ArtifactError('a table of the libraries of a distribution cannot be read', {
			code: 'LIBRARY_TABLE_INVALID',
			format: 'library table',
			reading: true,
			hint: 'install venvpack again',
			cause,
		});
	}
}

/**
 * One relation for each template that is asked for, with the newest minimum of what is asked, and never less than the
 * oldest version that has the library, as dpkg-shlibdeps(1) does.
 */
function relationsOf({t: templates, n, s}: Exclude<Entry, string>, asked: readonly SymbolVersion[]): string[] {
	const found = asked
		.flatMap(({version, symbol}) => s?.[version]?.[symbol] ?? n[version] ?? [])
		.map(templateAndMinimum);
	const minima = new Map<number, string>();
	for (const {template, minimum} of found.length > 0 ? found : [{template: 0, minimum: ''}]) {
		minima.set(template, newer(minima.get(template) ?? (template === 0 ? oldestOf({n, s}) : ''), minimum));
	}

	return [...minima].flatMap(([at, minimum]) => {
		const wanted = minimum === '' || minimum === '0' ? '' : `(>= ${minimum})`;
		return relations((templates[at] ?? templates[0] ?? '').replace('#MINVER#', wanted));
	});
}

/** Of words such as `2.1 1`. */
function templateAndMinimum(written: string): {readonly template: number; readonly minimum: string} {
	const [minimum = '', template = '0'] = written.split(' ');
	return {template: Number(template), minimum};
}

function oldestOf({n, s = {}}: Pick<Exclude<Entry, string>, 'n' | 's'>): string {
	const all = [n, ...Object.values(s)].flatMap(byName => Object.values(byName)).map(templateAndMinimum);
	const main = all.filter(({template}) => template === 0).map(({minimum}) => minimum);
	return main.reduce((one, other) => (one === '' || compareDebVersions(other, one) < 0 ? other : one), '');
}

function newer(one: string, other: string): string {
	return one === '' || (other !== '' && compareDebVersions(one, other) < 0) ? other : one;
}

function relations(text: string): string[] {
	return text
		.split(',')
		.map(one => one.trim())
		.filter(one => one !== '');
}
