import {holds, markerEnvironment} from '../../codecs/marker.ts';
import {decodeRequirementName, normalizedName} from '../../codecs/requirement-name.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {InstalledDistribution, Survey} from '../../model/survey.ts';

/** What is known of a tree when one of its programs fails. */
export interface Known {
	readonly survey: Survey;
	readonly prefix: InstallPath;
	/** Lines of .pth files that lead outside of the tree. */
	readonly strayPaths: readonly string[];
	/** The module of the entry point that failed, or the module itself; empty where there is none. */
	readonly subject: string;
}

/**
 * Why a failure is the packaging's and would not happen in a plain venv of the same distributions, as far as the message
 * itself proves it. Undefined where it proves nothing: an extra that was not asked for fails in a plain venv too.
 */
export function packagingFault(output: string, known: Known): string | undefined {
	const library = missingLibrary(output);
	return (
		missingModule(output, known) ??
		(library === undefined ? stagedPath(output, known) : `the shared library ${library} is found nowhere`)
	);
}

function missingModule(output: string, {survey, subject, strayPaths}: Known): string | undefined {
	const missing = /(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/.exec(output)?.[1];
	if (missing === undefined) {
		return undefined;
	}

	const owner = survey.distributions.find(distribution => isRecorded(missing, distribution));
	if (owner) {
		return `${missing} belongs to ${owner.name}, whose RECORD lists it`;
	}

	const [top = ''] = missing.split('.');
	const editable = survey.distributions.find(({editable}) => editable);
	if (editable && (subject.split('.')[0] === top || editable.topLevel.includes(top))) {
		return `${editable.name} is installed in editable mode: its code stayed where it was built`;
	}

	if (strayPaths.length > 0) {
		return `${missing} may lie in ${strayPaths[0]}, which a .pth file names and the package does not hold`;
	}

	const asking = survey.distributions.find(distribution => requires(distribution, top, survey));
	const emptied = survey.distributions.find(distribution => isEmptied(distribution, top, survey));
	return asking
		? `${asking.name} requires ${top}, which is not in the package`
		: emptied && `${emptied.name} is installed, and its module ${top} is not in the package`;
}

/**
 * Whether a distribution is there and a module of its own is not. What a hook removed stands in no RECORD any more; an
 * entry point still names it, and a distribution without any module is no use to anybody. The name alone proves nothing:
 * `uwsgi` is a module inside of its server only.
 */
function isEmptied(
	{name, entryPoints, topLevel}: InstalledDistribution,
	module: string,
	{distributions}: Survey,
): boolean {
	if (distributions.some(other => other.topLevel.includes(module))) {
		return false;
	}

	const isNamed = entryPoints.some(({value}) => /^\w+/.exec(value.trim())?.[0] === module);
	return isNamed || (topLevel.length === 0 && normalizedName(name) === normalizedName(module));
}

/** Whether a distribution says that it brings a module. */
function isRecorded(module: string, {record, path}: InstalledDistribution): boolean {
	const folder = `${path.slice(0, path.lastIndexOf('/'))}/${module.replaceAll('.', '/')}`;
	return (record ?? []).some(
		row =>
			row.path === `${folder}.py` || row.path === `${folder}/__init__.py` || row.path?.startsWith(`${folder}.cpython-`),
	);
}

/** Whether it asks for a distribution of a module's name, extras aside, that the tree does not hold. */
function requires({requiresDist}: InstalledDistribution, module: string, {distributions, venv}: Survey): boolean {
	const name = normalizedName(module);
	if (distributions.some(other => normalizedName(other.name) === name)) {
		return false;
	}

	const minor = venv?.minor || '3.11';
	return requiresDist.some(requirement => {
		const [, marker] = /;(.*)$/s.exec(requirement) ?? [];
		const isAsked = marker === undefined || isTrue(marker, minor);
		return isAsked && normalizedName(decodeRequirementName(requirement)?.name ?? '') === name;
	});
}

function isTrue(marker: string, minor: string): boolean {
	try {
		return holds(marker, markerEnvironment({version: `${minor}.99`, minor, machine: 'x86_64'}));
	} catch {
		return false;
	}
}

/** The shared library that a failure is about: ld.so(8) and dlopen(3) say it so. */
export function missingLibrary(output: string): string | undefined {
	return /([^\s:'"]+\.so[^\s:'"]*): cannot open shared object file/.exec(output)?.[1];
}

/** A path of the tree below something else: where it lay when it was built. */
function stagedPath(output: string, {prefix}: Known): string | undefined {
	const paths = (output.match(/(?<=['"\s:=(])\/[^\s'":)]+/g) ?? []).map(path => path.replace(/^\/+/, '/'));
	const staged = paths.find(path => path.indexOf(`${prefix}/`) > 0 && !path.startsWith(`${prefix}/`));
	return staged && `it looks for ${staged}`;
}
