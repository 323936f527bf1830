import {summaryLine} from '../../codecs/manifest.ts';
import {type EncodedHeader, encodeHeader, regionTags} from '../../codecs/rpm-header.ts';
import type {HeaderEntry} from '../../codecs/rpm-header-values.ts';
import type {NewPackage} from '../../model/package.ts';
import type {Compression} from '../../model/plan.ts';
import type {SettingValues} from '../../model/settings.ts';
import type {Target} from '../../model/target.ts';
import {proseOf} from '../prose.ts';
import {rpmArch} from './arch.ts';
import {rpmChange} from './changelog.ts';
import type {FileList} from './files.ts';
import {rpmLicense} from './license.ts';
import {replaceablePrefix} from './prefixes.ts';
import type {Relation} from './relation.ts';
import {askedTags, otherRelations} from './relation-settings.ts';
import {providesOf, requiresOf} from './relations.ts';
import {rpmScripts, scriptEntries} from './scripts.ts';
import {sha256Algorithm, tags} from './tags.ts';
import {triggerEntries} from './triggers.ts';
import {rpmVersion} from './version.ts';

export interface HeaderInput {
	readonly pkg: NewPackage;
	readonly files: FileList;
	readonly settings: SettingValues;
	readonly compression: Compression;
	readonly target: Target;
	/** SHA-256 of the payload, hexadecimal. */
	readonly payload: {readonly compressed: string; readonly uncompressed: string};
}

/** The main header: all that rpm knows of a package once it is installed. Throws what `requiresOf` does. */
export function mainHeader(input: HeaderInput): EncodedHeader {
	const entries = [
		...descriptionEntries(input.pkg, input.settings),
		...relationEntries(input),
		...payloadEntries(input),
		...scriptEntries(rpmScripts(input.pkg, input.settings)),
		...triggerEntries(input.settings),
		...input.files.columns(),
	];
	return encodeHeader(
		regionTags.main,
		entries.sort((one, other) => one.tag - other.tag),
	);
}

function descriptionEntries(pkg: NewPackage, settings: SettingValues): HeaderEntry[] {
	const {metadata} = pkg;
	const {epoch, version} = rpmVersion(metadata.version);
	const prose = proseOf(pkg);
	const change = rpmChange(pkg);
	const prefix = replaceablePrefix(pkg, settings);
	return [
		translated(tags.summary, prose.synopsis),
		translated(tags.description, prose.lines.join('\n')),
		translated(tags.group, String(settings.group)),
		strings(tags.languages, ['C']),
		...(epoch === 0 ? [] : [number(tags.epoch, epoch)]),
		number(tags.buildTime, pkg.epoch),
		number(tags.changelogTimes, change.time),
		strings(tags.changelogNames, [change.name]),
		strings(tags.changelogTexts, [change.text]),
		...Object.entries({
			[tags.name]: metadata.name,
			[tags.version]: version,
			[tags.release]: metadata.release,
			// Never the builder's: the same inputs give the same bytes.
			[tags.buildHost]: 'venvpack',
			[tags.vendor]: metadata.vendor,
			[tags.license]: rpmLicense(pkg),
			[tags.packager]: metadata.maintainer,
			[tags.url]: metadata.homepage,
			[tags.os]: 'linux',
			[tags.arch]: rpmArch(pkg.arch).name,
			// What has none is a source package to rpm.
			[tags.sourceRpm]: `${metadata.name}-${version}-${metadata.release}.src.rpm`,
			[tags.encoding]: 'utf-8',
			[tags.venvpack]: summaryLine(pkg.manifest),
		})
			.filter(([, value]) => value !== '')
			.map(([tag, value]) => string(Number(tag), value)),
		...askedTags(settings).map(([tag, value]) => string(tag, value)),
		...(prefix === undefined ? [] : [strings(tags.prefixes, [prefix])]),
	];
}

function relationEntries({pkg, files, settings, compression, target}: HeaderInput): HeaderEntry[] {
	const options = {settings, compression, large: files.large, target};
	const requires = requiresOf(pkg, options);
	return [
		...otherRelations(settings).flatMap(({lines, columns}) => relationColumns(lines, columns)),
		...relationColumns(providesOf(pkg, options), [tags.provideNames, tags.provideFlags, tags.provideVersions]),
		...relationColumns(requires, [tags.requireNames, tags.requireFlags, tags.requireVersions]),
	];
}

function relationColumns(lines: readonly Relation[], [name, flags, version]: readonly [number, number, number]) {
	return [
		strings(
			name,
			lines.map(line => line.name),
		),
		{tag: flags, type: 'int32' as const, count: lines.length, at: (index: number) => lines[index]?.flags ?? 0},
		strings(
			version,
			lines.map(line => line.version),
		),
	];
}

function payloadEntries({compression, payload}: HeaderInput): HeaderEntry[] {
	return [
		string(tags.payloadFormat, 'cpio'),
		string(tags.payloadCompressor, compression.method),
		string(tags.payloadFlags, String(compression.level)),
		strings(tags.payloadDigest, [payload.compressed]),
		number(tags.payloadDigestAlgorithm, sha256Algorithm),
		strings(tags.payloadDigestUncompressed, [payload.uncompressed]),
	];
}

function number(tag: number, value: number): HeaderEntry {
	return {tag, type: 'int32', count: 1, at: () => value};
}

function string(tag: number, value: string): HeaderEntry {
	return {tag, type: 'string', count: 1, at: () => value};
}

function strings(tag: number, values: readonly string[]): HeaderEntry {
	return {tag, type: 'strings', count: values.length, at: index => values[index] ?? ''};
}

/** One text, for every language: rpm takes these three tags for no plain strings. */
function translated(tag: number, value: string): HeaderEntry {
	return {tag, type: 'translated', count: 1, at: () => value};
}
