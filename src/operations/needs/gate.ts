import {refusedByLoader} from '../../check/checks/elf.ts';
import {elfKinds} from '../../check/checks/elf-kinds.ts';
import {extensionOf} from '../../check/elf-place.ts';
import {glibcOf, isNewer} from '../../check/glibc-floor.ts';
import {isOfInterpreter} from '../../check/layout.ts';
import {formatNamed} from '../../formats/formats.ts';
import {InputError} from '../../model/errors.ts';
import type {Listener} from '../../model/events.ts';
import type {Finding, FindingKind} from '../../model/findings.ts';
import type {NewPackage} from '../../model/package.ts';
import type {Plan} from '../../model/plan.ts';
import type {Target} from '../../model/target.ts';
import {foreignModules} from './foreign-modules.ts';
import type {TreeNeeds} from './tree-needs.ts';

/** The codes of what the loader refuses, and what to do about each. */
const refusals: ReadonlyArray<readonly [kind: FindingKind, code: string, hint: string]> = [
	[
		elfKinds.glibcTooNew,
		'GLIBC_TOO_NEW',
		'take a wheel for an older glibc (its manylinux tag says which), build it where glibc is as old, or choose a newer --target',
	],
	[elfKinds.machine, 'LIBRARY_MACHINE', 'install wheels for the machine that the package is for'],
	[elfKinds.musl, 'LIBRARY_MUSL', 'install manylinux wheels in place of musllinux ones'],
	[elfKinds.otherPython, 'EXTENSION_PYTHON', 'install the distribution with the interpreter that the package is for'],
];

/**
 * Refuses, before anything is packed, what no target of the plan could load: the same judgement as that of `verify`. What
 * files ask for that may well not be loaded is told.
 * Throws an InputError: GLIBC_TOO_NEW, LIBRARY_DAMAGED, LIBRARY_MACHINE, LIBRARY_MUSL, EXTENSION_PYTHON.
 */
export function refuseUnloadable(needs: TreeNeeds, {formats}: Plan): void {
	refuseDamaged(needs);
	const [foreign] = foreignModules(needs);
	if (foreign) {
		throw new InputError(`${foreign.path} is ${foreign.what}, where the interpreter looks for one of Linux`, {
			code: 'LIBRARY_MACHINE',
			hint: 'install wheels for the machine that the package is for',
			input: foreign.path,
		});
	}

	const {venv, programs, places, elf} = needs;
	const scripts = programs.map(({path}) => ({path, kind: 'elf' as const}));
	for (const target of new Set(formats.map(format => format.target))) {
		const glibc = {version: target.glibc, because: `${target.id} has ${target.glibc}`};
		const findings = refusedByLoader({survey: {elf: elf.files, venv, scripts}, places, glibc});
		const [first] = findings.filter(({severity}) => severity === 'error');
		if (first) {
			throw tooNewInterpreter(needs, {findings, target}) ?? refusal(first, {findings, target});
		}
	}
}

/** The interpreter that comes along is the reason before any wheel: it was built here, and so asks for the glibc of here. */
function tooNewInterpreter(
	{venv, elf, glibc}: TreeNeeds,
	{findings, target}: {findings: readonly Finding[]; target: Target},
): InputError | undefined {
	const own = findings
		.filter(({code, path}) => code === elfKinds.glibcTooNew.code && path !== undefined && isOfInterpreter(path, venv))
		.flatMap(({path}) => elf.files.filter(file => file.path === path));
	const worst = own.toSorted((one, other) => (isNewer(glibcOf(other), glibcOf(one)) ? 1 : -1))[0];
	if (worst === undefined) {
		return undefined;
	}

	const which = worst.path === venv.interpreter ? '' : ` by ${worst.path}`;
	const others = own.length - 1;
	const more = others > 0 ? ` (${others} more of its files ${others > 1 ? 'are' : 'is'} too new)` : '';
	return new InputError(
		`the interpreter that comes along, ${venv.interpreter}, asks for glibc ${glibcOf(worst)}${which}${more}, and ${target.id} has ${target.glibc}`,
		{
			code: 'GLIBC_TOO_NEW',
			hint: `carry an interpreter that was built where glibc is as old, such as one of python-build-standalone, or choose a --target with glibc ${glibc}`,
			input: worst.path,
		},
	);
}

/** An extension module that is cut off may have lost no more than what says that it is one to be loaded. */
function refuseDamaged({elf, places}: TreeNeeds): void {
	const torn = elf.files.find(file => places.wanted.has(file) && !file.dynamic && extensionOf(file.path));
	const [damaged] = [...elf.damaged].filter(([path]) => extensionOf(path));
	const [path, why] = damaged ?? (torn ? [torn.path, 'this ELF file has no dynamic section: it is cut off'] : []);
	if (path !== undefined) {
		throw new InputError(`${path} cannot be loaded: ${why}`, {
			code: 'LIBRARY_DAMAGED',
			hint: 'get the wheel again, or build it again; whoever made it may have stripped it',
			input: path,
		});
	}
}

function refusal(first: Finding, {findings, target}: {findings: readonly Finding[]; target: Target}): InputError {
	const known = refusals.find(([kind]) => kind.code === first.code);
	if (known === undefined) {
		throw new RangeError(`${first.code} is no refusal of a loader`);
	}

	const [, code, hint] = known;
	const others = findings.filter(one => one.code === first.code && one.severity === 'error').length - 1;
	const more = others > 0 ? `, and ${others} more like it` : '';
	const about = first.message.includes(target.id) ? '' : ` (for ${target.id})`;
	const path = first.path ?? '';
	return new InputError(`${path} ${first.message}${about}${more}`, {code, hint, input: path});
}

/** Tells which libraries a package does not ask for, since its target is not known to have them and they may not be needed. */
export function tellLeft(pkg: NewPackage, {formats}: Plan, listener: Listener): void {
	const told = new Set<string>();
	for (const {name, ...options} of formats) {
		for (const {soname, by, need} of formatNamed(name).left?.(pkg, options) ?? []) {
			if (need !== 'held' && !told.has(soname)) {
				told.add(soname);
				const more = by.length > 1 ? ` and ${by.length - 1} more` : '';
				listener({
					kind: 'note',
					message: `${soname} is not asked for: no package of ${options.target.id} is known to bring it, and only ${by[0]}${more} needs it`,
				});
			}
		}
	}
}
