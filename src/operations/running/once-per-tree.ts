import {createHash} from 'node:crypto';
import {isWithin} from '../../model/paths.ts';
import type {VerifiedSubject, VerifyStage} from '../verify-stage.ts';
import {placeOf} from './base.ts';

/**
 * The same stage for several artifacts of one build: of those whose trees are the same, file by file as each artifact
 * holds it, it runs for the first alone, and says so of the others.
 */
export function oncePerTree(stage: VerifyStage): VerifyStage {
	const proven = new Map<string, string>();
	return {
		...stage,
		async run(subject, context) {
			const {format} = subject.artifact;
			const digest = treeDigest(subject);
			const first = proven.get(digest);
			if (first !== undefined) {
				const message = `${format} holds the same tree as ${first}: what it holds is not started again`;
				context.listener({kind: 'note', message});
				return {findings: [], unproven: []};
			}

			proven.set(digest, format);
			return stage.run(subject, context);
		},
	};
}

/** Over what programs see at their place: names, modes, links, and what the files were found to hold. */
function treeDigest({artifact, survey}: VerifiedSubject): string {
	const place = survey.venv ? placeOf(artifact, survey.venv) : artifact.pkg.prefix;
	const hash = createHash('sha256');
	for (const entry of artifact.pkg.tree.entries.filter(({path}) => isWithin(path, place))) {
		const held = entry.kind === 'link' ? entry.target : entry.kind === 'file' ? survey.digestOf(entry.path) : '';
		const mode = entry.kind === 'link' ? '' : entry.mode.toString(8);
		hash.update(JSON.stringify([entry.path, entry.kind, mode, held]));
	}

	return hash.digest('hex');
}
