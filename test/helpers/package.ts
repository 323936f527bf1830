import {plainTreatment} from '../../src/model/additions.ts';
import {noDocuments} from '../../src/model/documents.ts';
import type {Layout} from '../../src/model/layout.ts';
import type {ManifestSummary} from '../../src/model/manifest.ts';
import type {Metadata} from '../../src/model/metadata.ts';
import type {Needs, NewPackage} from '../../src/model/package.ts';
import {below, type HostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import {type Entry, treeOf} from '../../src/model/tree.ts';

/** A file's text or bytes (mode 0644, or 0755 below a `bin`), a link's target, a folder, or a file of this machine. */
export type LiteralEntry =
	| string
	| Uint8Array
	| {readonly link: string}
	| {readonly mode: number; readonly text?: string}
	| {readonly host: HostPath; readonly size: number};

export interface PackageOptions {
	readonly metadata?: Partial<Metadata>;
	readonly prefix?: string;
	readonly arch?: string;
	readonly epoch?: number;
	readonly interpreter?: Partial<Needs['interpreter']>;
	/** Default: a tree at one place, with the interpreter of the machine. */
	readonly layout?: Layout;
}

/**
 * A package of literals: `pkg({'/opt/app/bin/x': '#!/bin/sh\n', '/opt/app/empty/': {mode: 0o755}})`. A path that ends
 * with a slash is a folder. The manifest is there without being named.
 */
export function pkg(files: Readonly<Record<string, LiteralEntry>>, options: PackageOptions = {}): NewPackage {
	const prefix = installPath(options.prefix ?? '/opt/app');
	const manifestPath = below(prefix, 'venvpack.json');
	const metadata: Metadata = {...plainMetadata, ...options.metadata};
	const needs = {
		interpreter: {
			path: installPath('/usr/bin/python3.11'),
			minor: '3.11',
			minimum: '3.11.2',
			...options.interpreter,
		},
		glibc: '',
		libraries: [],
	};
	const arch = options.arch ?? 'x86_64';
	const epoch = options.epoch ?? 1_000_000_000;
	const entries = Object.entries(files).map(([path, literal]) => entryOf(path, literal));
	const manifest: Entry = {
		kind: 'file',
		path: manifestPath,
		mode: 0o644,
		content: {kind: 'bytes', bytes: Buffer.from('{}\n')},
	};
	return {
		metadata,
		prefix,
		arch,
		tree: treeOf([...entries, manifest]),
		manifestPath,
		manifest: {
			...summaryOf({metadata, prefix, arch, epoch, needs}),
			...(options.layout && {layout: options.layout}),
		},
		epoch,
		needs,
		distributions: [],
		treatment: plainTreatment,
		notices: [],
		documents: noDocuments,
	};
}

const plainMetadata: Metadata = {
	name: 'app',
	version: '1.0',
	release: '1',
	summary: 'An application to test with',
	description: 'It does nothing.\n\nIt does so slowly.',
	license: 'MIT',
	maintainer: 'Jo Doe <jo@example.org>',
	vendor: 'Example',
	homepage: 'https://example.org/app',
};

function entryOf(path: string, literal: LiteralEntry): Entry {
	const place: InstallPath = installPath(path);
	if (typeof literal === 'string' || literal instanceof Uint8Array) {
		const mode = path.includes('/bin/') ? 0o755 : 0o644;
		return {kind: 'file', path: place, mode, content: {kind: 'bytes', bytes: Buffer.from(literal)}};
	}

	if ('link' in literal) {
		return {kind: 'link', path: place, target: literal.link};
	}

	if ('host' in literal) {
		const content = {kind: 'staged', root: literal.host, path: '' as InstallPath, size: literal.size} as const;
		return {kind: 'file', path: place, mode: 0o644, content};
	}

	if (path.endsWith('/')) {
		return {kind: 'directory', path: place, mode: literal.mode};
	}

	const bytes = Buffer.from(literal.text ?? '');
	return {kind: 'file', path: place, mode: literal.mode, content: {kind: 'bytes', bytes}};
}

function summaryOf(from: Pick<NewPackage, 'metadata' | 'prefix' | 'arch' | 'epoch' | 'needs'>): ManifestSummary {
	const {name, version, release, summary, license} = from.metadata;
	const {path, minor, minimum} = from.needs.interpreter;
	return {
		manifest: 1,
		venvpack: '0.0.0',
		name,
		version,
		release,
		summary,
		license,
		arch: from.arch,
		prefix: from.prefix,
		python: {path, minor, minimum},
		distributions: [],
		scripts: [],
		inputs: '0'.repeat(64),
		epoch: from.epoch,
		allowedLeaks: [],
	};
}
