import {type FindingKind, findingOf} from '../../model/findings.ts';
import type {Check} from '../check.ts';

/** Also what stands for a file that a check could not cope with: see operations/check-pass.ts. */
export const damaged: FindingKind = {
	code: 'FILE_DAMAGED',
	severity: 'error',
	title: 'a file that should be readable is not',
	why: 'What reads it on the machine that installs fails as well, or does without it.',
	remedy: 'build the artifact again; where the file came so with a wheel, tell its authors',
};

/** Metadata, ELF files and the manifest have to be understood before anything else can be said of them. */
export const damage: Check = {
	name: 'damage',
	question: 'Can every file be read that others depend on?',
	kinds: [damaged],
	begin: () => ({
		finish: survey => [...survey.damaged].map(([path, message]) => findingOf(damaged, {path, message})),
	}),
};
