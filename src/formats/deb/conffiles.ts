import type {NewPackage} from '../../model/package.ts';

/** The conffiles of deb-conffiles(5): a path a line, in the order of the tree. Empty where there is none. */
export function debConffiles({tree, treatment: {marks}}: Pick<NewPackage, 'tree' | 'treatment'>): string {
	return tree.entries
		.filter(({kind, path}) => kind === 'file' && marks.get(path)?.role === 'conffile')
		.map(({path}) => `${path}\n`)
		.join('');
}
