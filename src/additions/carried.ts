import type {CarriedPart} from '../model/carried-part.ts';
import type {Notice} from '../model/notice.ts';
import {below, type InstallPath} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {Tree} from '../model/tree.ts';
import type {Addition} from './addition.ts';
import {copyrightLines} from './copyright-lines.ts';
import {territories} from './territories.ts';

/** The licences of what came along of the builder, in a place that every format has. */
export const carriedLicences: Addition = {
	name: 'the licence of a part that is carried',
	of: ({plan, carried}) => ({
		entries: carried.flatMap(part =>
			part.texts.map(({name, text}) => ({
				kind: 'file' as const,
				path: licencePath(plan.prefix, part, name),
				mode: 0o644,
				content: {kind: 'bytes' as const, bytes: Buffer.from(text)},
			})),
		),
	}),
};

function licencePath(prefix: InstallPath, part: CarriedPart, name: string): InstallPath {
	return below(prefix, `share/licenses/${part.name}/${name}`);
}

/** What is said of the owners of each part that came along. A file of bytecode goes with its source. */
export function carriedNotices(
	parts: readonly CarriedPart[],
	{tree, prefix}: {tree: Tree; prefix: InstallPath},
): readonly Notice[] {
	const places = new Places(tree);
	const lands = territories(
		tree,
		parts.map(({files}) => files.filter(path => places.at(path) !== undefined)),
	);
	return parts.map((part, at) => {
		const texts = part.texts.map(({name, text}) => ({path: licencePath(prefix, part, name), text}));
		const stated = [...new Set(texts.flatMap(({text}) => copyrightLines(text)))];
		return {
			name: part.name,
			version: part.version,
			license: part.license,
			holders: stated.length > 0 ? stated : [`the authors of ${part.name}`],
			homepage: part.kind === 'interpreter' ? 'https://www.python.org/' : '',
			...(lands[at] ?? {folders: [], files: []}),
			texts,
		};
	});
}
