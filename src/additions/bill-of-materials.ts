import {createHash} from 'node:crypto';
import {decodeCoreMetadata} from '../codecs/core-metadata.ts';
import {encodeSbom} from '../codecs/cyclonedx.ts';
import {decodeEmbeddedSbom} from '../codecs/embedded-sbom.ts';
import {markerEnvironment} from '../codecs/marker.ts';
import {packageUrl} from '../codecs/package-url.ts';
import type {RecordRow} from '../codecs/record.ts';
import {normalizedName} from '../codecs/requirement-name.ts';
import type {CarriedPart} from '../model/carried-part.ts';
import {
	type EmbeddedComponent,
	type Inventory,
	type InventoryComponent,
	type InventoryPart,
	inventoryPath,
} from '../model/inventory.ts';
import type {Distribution} from '../model/metadata.ts';
import {below, nameOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import {sizeOf} from '../model/tree.ts';
import type {Addition, Ground} from './addition.ts';
import {type DistInfo, textOf} from './dist-info.ts';
import {requirementGraph} from './requirement-graph.ts';

/** In bytes: what is larger is no bill of materials. */
const largest = 64 * 1024 * 1024;

/** The bill of materials of a package, in CycloneDX. */
export const billOfMaterials: Addition = {
	name: 'the bill of materials',
	of: ground => {
		const {plan} = ground;
		const path = inventoryPath(plan.prefix, plan.metadata.name);
		return plan.sbom
			? {entries: [{kind: 'file', path, mode: 0o644, content: {kind: 'bytes', bytes: encodeSbom(inventoryOf(ground))}}]}
			: {};
	},
};

/** What a distribution left in its dist-info folder. */
interface Described {
	readonly distribution: Distribution;
	readonly summary: string;
	readonly requiresDist: readonly string[];
	readonly libraries: InventoryComponent['libraries'];
	readonly embedded: readonly EmbeddedComponent[];
}

function inventoryOf(ground: Ground): Inventory {
	const {plan, distributions, version} = ground;
	const {metadata, input} = plan;
	// By the name of the folder: NAME-VERSION.dist-info.
	const infos = new Map(ground.infos.map(info => [normalizedName(nameOf(info.path).split('-')[0] ?? ''), info]));
	const described = distributions
		.map(distribution => describedBy(distribution, infos.get(normalizedName(distribution.name)), ground))
		.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
	const {minor} = input.python;
	const environment = markerEnvironment({version: input.targetVersion || `${minor}.0`, minor, machine: input.machine});
	const graph = requirementGraph(
		described.map(each => ({name: keyOf(each), requiresDist: each.requiresDist})),
		environment,
		new Map([[normalizedName(metadata.name), input.extras]]),
	);
	const asked = new Set([...graph.values()].flat());
	const components = described.map(each => componentOf(each, graph.get(keyOf(each)) ?? []));
	const roots = components
		.map(({name}) => name)
		.filter(name => !asked.has(name) || name === normalizedName(metadata.name));
	const {name, license, summary} = metadata;
	return {
		...{name, version: metadata.version, license, summary, epoch: plan.epoch, tool: version, python: minor},
		components,
		roots,
		...(ground.carried.length === 0 ? {} : {carried: ground.carried.map(part => carriedBy(part, ground))}),
	};
}

function keyOf({distribution}: Described): string {
	return normalizedName(distribution.name);
}

function componentOf({distribution, summary, libraries, embedded}: Described, dependencies: readonly string[]) {
	const {name, version, license, sha256, wheel, origin} = distribution;
	return {
		...{name: normalizedName(name), version, license, summary, sha256, file: wheel, origin},
		...{dependencies, libraries, embedded},
	};
}

function describedBy(distribution: Distribution, info: DistInfo | undefined, {tree, read}: Ground): Described {
	if (info === undefined) {
		return {distribution, summary: '', requiresDist: [], libraries: [], embedded: []};
	}

	const {summary, requiresDist} = decodeCoreMetadata(info.metadata ?? '');
	const sboms = [...new Places(tree).below(below(info.path, 'sboms'))].filter(entry => entry.kind === 'file');
	return {
		distribution,
		summary,
		requiresDist,
		libraries: librariesIn(info.record ?? []),
		embedded: sboms
			.filter(({content}) => sizeOf(content) <= largest)
			.flatMap(entry => decodeEmbeddedSbom(textOf(entry, read), entry.path.slice(info.path.length + 1)) ?? []),
	};
}

/** Programs and libraries with the bytes that they have in the package: that is what a scanner sees. */
function carriedBy(part: CarriedPart, {tree, read, plan: {prefix}}: Ground): InventoryPart {
	const places = new Places(tree);
	const binaries = part.files.flatMap(path => {
		const entry = places.at(path);
		const isBinary = part.kind === 'libraries' || /\/(?:bin\/python3\.\d+|lib\/libpython[^/]*\.so[\d.]*)$/.test(path);
		const inside = path.slice(prefix === '/' ? 1 : prefix.length + 1);
		return isBinary && entry?.kind === 'file'
			? [{name: nameOf(path), path: inside, sha256: createHash('sha256').update(read(entry.content)).digest('hex')}]
			: [];
	});
	const {kind, name, version, license, archive} = part;
	const cpe = kind === 'interpreter' ? `cpe:2.3:a:python:python:${version}:*:*:*:*:*:*:*` : '';
	return {kind, name, version, license, purl: packageUrl(part), cpe, sha256: archive?.sha256 ?? '', binaries};
}

/** Shared libraries that a wheel carries for its modules, as auditwheel and their own builds lay them out. */
function librariesIn(record: readonly RecordRow[]): InventoryComponent['libraries'] {
	return record
		.filter(({path}) => /(?:^|\/)lib[^/]*\.so[\d.]*$/.test(path) || /\.libs\/[^/]+\.so[\d.]*$/.test(path))
		.map(({path, hash}) => ({name: path.slice(path.lastIndexOf('/') + 1), path, sha256: hexOf(hash)}))
		.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function hexOf(hash: string): string {
	const [, digest] = /^sha256=([\w-]{43})$/.exec(hash) ?? [];
	return digest === undefined ? '' : Buffer.from(digest, 'base64url').toString('hex');
}
