import {createHash} from 'node:crypto';
import {Contrib, Enums, Models, Serialize, Spec} from '@cyclonedx/cyclonedx-library';
import {PackageURL} from 'packageurl-js';
import parseExpression from 'spdx-expression-parse';
import type {EmbeddedComponent, Inventory, InventoryComponent} from '../model/inventory.ts';

const {Component, Property} = Models;
const licences = new Contrib.License.Factories.LicenseFactory(parseExpression);
const types: Readonly<Record<EmbeddedComponent['type'], Enums.ComponentType>> = {
	application: Enums.ComponentType.Application,
	file: Enums.ComponentType.File,
	framework: Enums.ComponentType.Framework,
	library: Enums.ComponentType.Library,
	'operating-system': Enums.ComponentType.OperatingSystem,
};

/**
 * The bill of materials of a package: CycloneDX 1.6 as JSON, the same bytes for the same inventory. Its serial number is
 * made of its content, its time is that of the artifact. Source: https://cyclonedx.org/docs/1.6/json/
 */
export function encodeSbom(inventory: Inventory): Uint8Array {
	const components = new Map(inventory.components.map(each => [each.name, componentOf(each)]));
	for (const {name, dependencies} of inventory.components) {
		depend(components.get(name), dependencies, components);
	}

	const application = applicationOf(inventory);
	depend(application, inventory.roots, components);
	const carried = carriedOf(inventory);
	for (const [at, part] of carried.entries()) {
		(at === 0 ? application : carried[0])?.dependencies.add(part.bomRef);
	}

	const bom = new Models.Bom({
		serialNumber: serialOf(inventory),
		metadata: new Models.Metadata({
			timestamp: new Date(inventory.epoch * 1000),
			component: application,
			tools: new Models.Tools({
				components: new Models.ComponentRepository([
					new Component(Enums.ComponentType.Application, 'venvpack', {version: inventory.tool}),
				]),
			}),
		}),
		components: new Models.ComponentRepository([...components.values(), ...carried]),
	});
	const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
	const text = new Serialize.JsonSerializer(factory).serialize(bom, {sortLists: true, space: 1});
	return Buffer.from(`${text}\n`);
}

function applicationOf({name, version, license, summary, python}: Inventory): Models.Component {
	const bomRef = new PackageURL('generic', undefined, name, version).toString();
	const application = new Component(Enums.ComponentType.Application, name, {version, bomRef, purl: bomRef});
	describe(application, {license, summary});
	application.properties.add(new Property('venvpack:python', python));
	return application;
}

function componentOf(each: InventoryComponent): Models.Component {
	const bomRef = new PackageURL('pypi', undefined, each.name, each.version).toString();
	const component = new Component(Enums.ComponentType.Library, each.name, {
		version: each.version,
		bomRef,
		purl: bomRef,
	});
	describe(component, each);
	if (each.sha256 !== '') {
		component.hashes.set(Enums.HashAlgorithm['SHA-256'], each.sha256);
	}

	component.properties.add(new Property('venvpack:origin', each.origin));
	if (each.file !== '') {
		component.properties.add(new Property('venvpack:file', each.file));
	}

	for (const part of [...librariesOf(each, bomRef), ...embeddedOf(each, bomRef)]) {
		component.components.add(part);
	}

	return component;
}

/** The interpreter first, which needs the rest. */
function carriedOf({carried = []}: Inventory): Models.Component[] {
	return carried.map(({kind, name, version, license, purl, cpe, sha256, binaries}) => {
		const type = kind === 'interpreter' ? Enums.ComponentType.Platform : Enums.ComponentType.Library;
		const component = new Component(type, name, {bomRef: purl, purl, ...(version === '' ? {} : {version})});
		describe(component, {license, summary: ''});
		if (cpe !== '') {
			component.cpe = cpe as NonNullable<Models.Component['cpe']>;
		}

		if (sha256 !== '') {
			component.hashes.set(Enums.HashAlgorithm['SHA-256'], sha256);
		}

		component.properties.add(new Property('venvpack:origin', 'carried'));
		for (const part of librariesOf({libraries: binaries}, purl)) {
			component.components.add(part);
		}

		return component;
	});
}

function librariesOf({libraries}: Pick<InventoryComponent, 'libraries'>, owner: string): Models.Component[] {
	return libraries.map(({name, path, sha256}) => {
		const library = new Component(Enums.ComponentType.Library, name, {bomRef: `${owner}#${path}`});
		library.properties.add(new Property('venvpack:path', path));
		if (sha256 !== '') {
			library.hashes.set(Enums.HashAlgorithm['SHA-256'], sha256);
		}

		return library;
	});
}

function embeddedOf({embedded}: InventoryComponent, owner: string): Models.Component[] {
	return embedded.map(({type, name, version, purl, license, source}, at) => {
		const component = new Component(types[type], name, {
			bomRef: `${owner}#${source}:${at}`,
			...(version === '' ? {} : {version}),
			...(purl === '' ? {} : {purl}),
		});
		describe(component, {license, summary: ''});
		component.properties.add(new Property('venvpack:listed-in', source));
		return component;
	});
}

function describe(component: Models.Component, {license, summary}: {license: string; summary: string}): void {
	const words = license.trim();
	if (words !== '') {
		// The library looks identifiers up in an object, which has `constructor` and `__proto__` as well.
		const isNone = words.toLowerCase() in Object.prototype;
		component.licenses.add(isNone ? licences.makeNamedLicense(words) : licences.makeFromString(words));
	}

	if (summary !== '') {
		component.description = summary;
	}
}

function depend(
	component: Models.Component | undefined,
	names: readonly string[],
	components: ReadonlyMap<string, Models.Component>,
): void {
	for (const name of names) {
		const other = components.get(name);
		if (component && other) {
			component.dependencies.add(other.bomRef);
		}
	}
}

/** A UUID of version 8 (RFC 9562): its bits are of our choosing. */
function serialOf(inventory: Inventory): string {
	const bytes = createHash('sha256').update(JSON.stringify(inventory)).digest().subarray(0, 16);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = bytes.toString('hex');
	return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}
