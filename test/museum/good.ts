import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {hostPath, type InstallPath} from '../../src/model/paths.ts';
import type {Entry} from '../../src/model/tree.ts';
import {build} from '../../src/operations/build.ts';
import {builder} from '../helpers/built.ts';
import {smallElf} from '../helpers/elf.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {sourceProject} from '../helpers/source-project.ts';
import {Exhibit, type Thing} from './exhibit.ts';

/** A program of this machine that needs nothing but an old glibc. */
export const native = '/opt/app/bin/native';

/**
 * Builds the artifact that nothing is wrong with: a project of one module and one console script, with its bytecode, at
 * /opt/app; and a small program beside, so that it is for a machine.
 */
export async function goodExhibit(environment: NodeJS.ProcessEnv): Promise<Exhibit> {
	const folder = temporaryFolder();
	for (const [name, text] of Object.entries(sourceProject())) {
		writeFileSync(join(folder, name), text);
	}

	const {artifacts} = await build(
		{
			project: folder,
			prefix: '/opt/app',
			formats: ['deb'],
			out: hostPath(join(folder, 'dist')),
			python: builder?.path,
			targetPython: `/usr/bin/python${builder?.minor}`,
			arch: 'x86_64',
			target: 'debian-12',
			offline: true,
		},
		{listener: () => undefined, environment, version: '0.0.0'},
	);
	const [deb] = artifacts;
	const artifact = await opened(deb?.path ?? '');
	const contents = await contentsOf(artifact);
	const things = artifact.pkg.tree.entries.map(entry => [entry.path, thingOf(entry, contents)] as const);
	const {metadata, declared} = {metadata: artifact.pkg.metadata, declared: artifact.declared};
	artifact.close();
	const good = new Exhibit(
		new Map(things),
		new Map([
			['Package', metadata.name],
			['Version', `${metadata.version}-${metadata.release}`],
			['Architecture', 'amd64'],
			['Maintainer', metadata.maintainer || 'Ada <ada@example.org>'],
			['Depends', (declared.relations.requires ?? []).join(', ')],
			['Section', 'misc'],
			['Priority', 'optional'],
			['Description', metadata.summary || 'an application'],
		]),
	);
	good.put(native, smallElf({type: 2, interpreter: '/lib64/ld-linux-x86-64.so.2', glibc: 'GLIBC_2.17'}));
	return good;
}

function thingOf(entry: Entry, contents: ReadonlyMap<InstallPath, Uint8Array>): Thing {
	return {
		kind: entry.kind,
		mode: entry.kind === 'link' ? 0o777 : entry.mode,
		bytes: Buffer.from(contents.get(entry.path) ?? []),
		target: entry.kind === 'link' ? entry.target : '',
	};
}
