import {mkdirSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {plainTreatment} from '../src/model/additions.ts';
import {noDocuments} from '../src/model/documents.ts';
import type {NewPackage} from '../src/model/package.ts';
import {below, installPath} from '../src/model/paths.ts';
import type {Tree} from '../src/model/tree.ts';

/** Writes `count` files of a few hundred bytes, named and nested as in a site-packages, below `<folder>/opt/app`. */
export function writeManyFiles(folder: string, count: number): void {
	for (let at = 0; at < count; at += 100) {
		const parent = join(folder, `opt/app/lib/python3.11/site-packages/package_${at % 997}/module_${at}`);
		mkdirSync(parent, {recursive: true});
		for (let file = at; file < Math.min(at + 100, count); file++) {
			writeFileSync(join(parent, `some_source_file_${file}.py`), `"""File ${file}."""\n${'x = 1\n'.repeat(file % 60)}`);
		}
	}
}

/** Writes one file of `size` bytes that takes no room on the disk. */
export function writeLargeFile(folder: string, size: number): void {
	const file = join(folder, 'opt/app/large.bin');
	mkdirSync(join(folder, 'opt/app'), {recursive: true});
	writeFileSync(file, '');
	truncateSync(file, size);
}

/** A package around a tree, with words that nobody reads. */
export function packageOfTree(tree: Tree): NewPackage {
	const prefix = installPath('/opt/app');
	const manifestPath = below(prefix, 'venvpack.json');
	const interpreter = {path: installPath('/usr/bin/python3.11'), minor: '3.11', minimum: '3.11'};
	const words = {name: 'app', version: '1.0', release: '1', summary: 'A tree to measure with', license: 'MIT'};
	const epoch = 1_000_000_000;
	return {
		metadata: {
			...words,
			description: 'It is measured.',
			maintainer: 'Jo Doe <jo@example.org>',
			vendor: '',
			homepage: '',
		},
		prefix,
		arch: 'x86_64',
		tree: {
			entries: [
				...tree.entries,
				{kind: 'file', path: manifestPath, mode: 0o644, content: {kind: 'bytes', bytes: new Uint8Array()}},
			],
		},
		manifestPath,
		manifest: {
			...words,
			manifest: 1,
			venvpack: '0',
			arch: 'x86_64',
			prefix,
			python: interpreter,
			distributions: [],
			scripts: [],
			inputs: '0'.repeat(64),
			epoch,
			allowedLeaks: [],
		},
		epoch,
		needs: {interpreter, glibc: '', libraries: []},
		distributions: [],
		treatment: plainTreatment,
		notices: [],
		documents: noDocuments,
	};
}
