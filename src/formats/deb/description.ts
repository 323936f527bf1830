import type {NewPackage} from '../../model/package.ts';
import {proseOf} from '../prose.ts';

/**
 * The Description of a package: the synopsis, then the lines of the extended description, joined by `\n`. A full stop at
 * the start of a line has a meaning of its own (Policy 5.6.13).
 */
export function debDescription(pkg: NewPackage): string {
	const {synopsis, lines} = proseOf(pkg);
	return [synopsis, ...lines.map(line => (line.startsWith('.') ? ` ${line}` : line))].join('\n');
}
