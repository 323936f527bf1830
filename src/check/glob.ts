import {below, type InstallPath} from '../model/paths.ts';

/**
 * Whether a path fits a pattern: `*` and `?` within a component, `**` over any number of them, all else literally.
 * A pattern that does not begin with `/` counts from the prefix.
 */
export function fitsGlob(path: InstallPath, pattern: string, prefix: InstallPath): boolean {
	const absolute = pattern.startsWith('/')
		? pattern
		: `${prefix === '/' ? '' : prefix}/${pattern.replace(/^(?:\.\/)+/, '')}`;
	return expression(absolute).test(below('/' as InstallPath, path));
}

function expression(pattern: string): RegExp {
	const source = pattern.replace(/\*\*\/|\*\*|[*?]|[^*?]+/g, part => {
		switch (part) {
			case '**/':
				return '(?:.*/)?';
			case '**':
				return '.*';
			case '*':
				return '[^/]*';
			case '?':
				return '[^/]';
			default:
				return part.replace(/[\\^$.|+()[\]{}]/g, String.raw`\$&`);
		}
	});
	return new RegExp(`^${source}$`, 's');
}
