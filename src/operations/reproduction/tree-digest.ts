import {createHash} from 'node:crypto';
import {below} from '../../model/paths.ts';
import {manifestName} from '../../model/prefix.ts';
import type {Entry} from '../../model/tree.ts';
import type {OpenedArtifact} from '../open.ts';
import {surveyOf} from '../survey.ts';

/** The digest that a build tells of its tree, of what was read back: over paths, modes, links and bytes, the manifest last. */
export async function treeDigest(artifact: OpenedArtifact): Promise<string> {
	const {digestOf} = await surveyOf(artifact);
	const {tree, prefix} = artifact.pkg;
	const manifest = below(prefix, manifestName);
	const hash = createHash('sha256');
	const add = (entry: Entry) => hash.update(lineOf(entry, digestOf));
	for (const entry of tree.entries.filter(({path}) => path !== manifest)) {
		add(entry);
	}

	for (const entry of tree.entries.filter(({path}) => path === manifest)) {
		add(entry);
	}

	return hash.digest('hex');
}

function lineOf(entry: Entry, digestOf: (path: Entry['path']) => string | undefined): string {
	switch (entry.kind) {
		case 'directory':
			return `directory ${entry.mode.toString(8)} ${entry.path}\n`;
		case 'link':
			return `link ${entry.path}\0${entry.target}\n`;
		case 'file':
			return `file ${entry.mode.toString(8)} ${entry.path}\0${digestOf(entry.path)}\n`;
	}
}
