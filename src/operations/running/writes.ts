import {wroteIntoTree} from '../../check/running/kinds.ts';
import {differences, type Snapshot} from '../../host/snapshot.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import type {HostPath, InstallPath} from '../../model/paths.ts';
import type {Survey} from '../../model/survey.ts';

const words = {
	added: 'it was made while the programs ran',
	changed: 'it is not what was packaged any more after the programs ran',
	removed: 'it is gone after the programs ran',
} as const;

/**
 * What running changed below `folder`, which is the tree's `root`. A file of the package that changed is an error; one
 * that came is a warning: nothing that was installed is untrue because of it.
 */
export function judgeWrites(
	before: Snapshot,
	{folder, root}: {readonly folder: HostPath; readonly root: InstallPath},
	survey: Survey,
): readonly Finding[] {
	const changed = differences(before, folder, path => survey.digestOf(`${root}${path}` as InstallPath));
	return changed.map(({path, what}) =>
		findingOf(wroteIntoTree, {
			path: `${root}${path}` as InstallPath,
			message: words[what],
			severity: what === 'added' ? 'warning' : 'error',
		}),
	);
}
