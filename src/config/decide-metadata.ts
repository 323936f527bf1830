import type {ProjectMetadata} from '../codecs/core-metadata.ts';
import {leadingProse} from '../codecs/readme.ts';
import {decodeRequirementName, normalizedName} from '../codecs/requirement-name.ts';
import type {Metadata} from '../model/metadata.ts';
import type {Config, Notice} from './config.ts';
import {checkName, checkVersion, isMaintainer} from './names.ts';
import {flagPlace, type Place} from './place.ts';

/** A value and where it came from; undefined where only a built wheel will tell. */
export interface Decided<T> {
	readonly value: T | undefined;
	readonly origin: string;
}

export interface DecidedMetadata {
	readonly fields: Readonly<Record<keyof Metadata, Decided<string>>>;
	readonly notices: readonly Notice[];
}

const fromProject = '[project]';
const fromWheel = 'METADATA of the wheel';

/**
 * What a package says of itself: the configuration's word, else the project's static one, else the METADATA of the main
 * wheel, else a default. `wheel` is undefined before it is built, and where no wheel is the main one; `final` tells
 * which: then what is not known becomes its default, or stays undefined where it has none (name, version).
 */
export function decideMetadata(config: Config, wheel: ProjectMetadata | undefined, final: boolean): DecidedMetadata {
	const source = new MetadataSource(config, wheel, final);
	const name = source.name();
	const summary = source.field('summary', 'summary', 'Python application in an environment of its own');
	const {maintainer, notices} = source.maintainer(name.value);
	const fields = {
		name,
		version: source.version(),
		release: source.said('release') ?? {value: '1', origin: 'default'},
		summary,
		description: source.description(summary),
		license: source.field('license', 'license', ''),
		maintainer,
		vendor: source.said('vendor') ?? {value: '', origin: 'default'},
		homepage: source.homepage(),
	};
	return {fields, notices};
}

class MetadataSource {
	readonly #config: Config;
	readonly #wheel: ProjectMetadata | undefined;
	readonly #final: boolean;

	constructor(config: Config, wheel: ProjectMetadata | undefined, final: boolean) {
		this.#config = config;
		this.#wheel = wheel;
		this.#final = final;
	}

	said(key: keyof Metadata): Decided<string> | undefined {
		const value = this.#config.values[key];
		const origin = this.#config.places[key]?.origin;
		return value === undefined || origin === undefined ? undefined : {value, origin};
	}

	/** A field of the project's own metadata. Undefined where a wheel will tell, or where there is none to tell. */
	own<Field extends keyof ProjectMetadata>(field: Field): Decided<ProjectMetadata[Field]> {
		const stated = this.#config.project?.stated[field];
		if (stated !== undefined) {
			return {value: stated, origin: fromProject};
		}

		return {value: this.#wheel?.[field], origin: fromWheel};
	}

	name(): Decided<string> {
		const said = this.said('name');
		if (said) {
			return said;
		}

		const {input, values} = this.#config;
		const from = values.from ?? [];
		const single =
			input.kind === 'requirements' && from.length === 1 ? decodeRequirementName(from[0] ?? '') : undefined;
		const own = single ? {value: single.name, origin: this.#config.places.from?.origin ?? '--from'} : this.own('name');
		return own.value === undefined ? own : {value: this.#package(own.value, own.origin), origin: own.origin};
	}

	version(): Decided<string> {
		const said = this.said('version');
		const own = said ?? this.own('version');
		return own.value === undefined
			? own
			: {value: checkVersion(own.value, this.#place('the version', own.origin)), origin: own.origin};
	}

	field(key: 'summary' | 'license', field: 'summary' | 'license', otherwise: string): Decided<string> {
		const found = this.said(key) ?? this.own(field);
		const value = found.value === undefined ? undefined : oneLine(found.value);
		return value === '' || (value === undefined && this.#final)
			? {value: otherwise, origin: 'default'}
			: {...found, value};
	}

	description(summary: Decided<string>): Decided<string> {
		const said = this.said('description');
		if (said) {
			return said;
		}

		const own = this.own('description');
		if (own.value === undefined && !this.#final) {
			return own;
		}

		const prose = leadingProse(own.value ?? '');
		return prose === '' ? summary : {value: prose, origin: `the readme (${own.origin})`};
	}

	homepage(): Decided<string> {
		const found = this.said('homepage') ?? this.own('homepage');
		const value = found.value ?? (this.#final ? '' : undefined);
		return value === undefined || /^[a-z]+:\/\/\S+$/i.test(value) ? {...found, value} : {value: '', origin: 'default'};
	}

	maintainer(name: string | undefined): {maintainer: Decided<string>; notices: Notice[]} {
		const said = this.said('maintainer');
		if (said) {
			return {maintainer: said, notices: []};
		}

		const [maintainers, authors] = [this.own('maintainers'), this.own('authors')];
		if (!this.#final && (maintainers.value === undefined || authors.value === undefined)) {
			return {
				maintainer: {value: undefined, origin: maintainers.value === undefined ? maintainers.origin : authors.origin},
				notices: [],
			};
		}

		const people = [...(maintainers.value ?? []), ...(authors.value ?? [])].map(oneLine);
		const complete = people.map(person => addressed(person, name ?? 'package')).find(isMaintainer);
		return complete === undefined
			? unknownMaintainer(people[0], name ?? 'package')
			: {
					maintainer: {
						value: complete,
						origin: (maintainers.value ?? []).length > 0 ? maintainers.origin : authors.origin,
					},
					notices: [],
				};
	}

	#package(name: string, origin: string): string {
		return checkName(normalizedName(name), this.#place('the name', origin));
	}

	#place(what: string, origin: string): Place {
		return {...flagPlace(`${what} out of ${origin}`), origin};
	}
}

/** An address alone becomes that of the package's maintainers: Debian Policy 5.6.2 wants a name. */
function addressed(person: string, name: string): string {
	return /^[^<>\s@]+@[^<>\s@]+$/.test(person) ? `${name} maintainers <${person}>` : person;
}

/** Nobody is known who answers: an address under `.invalid` (RFC 2606) says so, and reaches no stranger. */
function unknownMaintainer(person: string | undefined, name: string): {maintainer: Decided<string>; notices: Notice[]} {
	const words = person?.replaceAll(/[<>]|\S+@\S+/g, '').trim() || `${name} maintainers`;
	const value = `${words} <${name}@maintainer.invalid>`;
	const message = `no maintainer with an address is known, so the packages say ${value}: set maintainer = "Name <address>" in the configuration`;
	return {maintainer: {value, origin: 'default'}, notices: [{kind: 'warning', code: 'MAINTAINER_UNKNOWN', message}]};
}

function oneLine(text: string): string {
	return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}
