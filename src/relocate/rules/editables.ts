import {RelocationError} from '../../model/errors.ts';
import {type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import {isSitePackages} from '../place.ts';
import type {Rule} from '../rule.ts';
import {directUrlOf} from './direct-url.ts';

/** Of setuptools, past and present; those of other backends are .pth files with a path outside (rule pth). */
const traces = /^(?:__editable__.*|easy-install\.pth|.*\.egg-link)$/;

/** What is installed editable lies in a checkout of the builder: no rewriting brings it along. */
export const editables: Rule = {
	name: 'editables',
	because: 'an editable install leaves its code on the builder',
	applies: (entry, {prefix}) =>
		entry.kind === 'file' &&
		((traces.test(nameOf(entry.path)) && isSitePackages(parentOf(entry.path), prefix)) ||
			nameOf(entry.path) === 'direct_url.json'),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const isEditable = nameOf(entry.path) !== 'direct_url.json' || directUrlOf(place.bytes(entry))?.editable === true;
		return isEditable ? refuse(entry.path) : entry;
	},
};

function refuse(path: InstallPath): never {
	throw new RelocationError(`${path} is the trace of an editable install, whose code lies on the builder`, {
		code: 'EDITABLE_INSTALL',
		path,
		rule: 'editables',
		hint: 'install the project as a wheel: without -e, or with --no-editable',
	});
}
