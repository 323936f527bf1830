import {type Finding, type FindingKind, findingOf} from '../../model/findings.ts';
import type {Manifest} from '../../model/manifest.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, isWithin} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import {manifestName} from '../../model/prefix.ts';
import type {Survey} from '../../model/survey.ts';
import type {Check} from '../check.ts';

const tampered = 'It is not what was built: a disk, a transfer or a person changed it since.';

const changed: FindingKind = {
	code: 'MANIFEST_FILE_CHANGED',
	severity: 'error',
	title: 'a file is not the one that was built',
	why: tampered,
	remedy: 'get the artifact again from where it was published, or build it again',
};

const absent: FindingKind = {
	code: 'MANIFEST_FILE_ABSENT',
	severity: 'error',
	title: 'a file that was built is not there',
	why: tampered,
	remedy: 'get the artifact again from where it was published, or build it again',
};

const extra: FindingKind = {
	code: 'MANIFEST_FILE_EXTRA',
	severity: 'error',
	title: 'a file that was not there when it was built',
	why: 'Somebody put it in afterwards: Python runs what lies in its folders, whoever put it there.',
	remedy: 'find out where it came from; let a hook of the build make what belongs in',
};

const differs: FindingKind = {
	code: 'MANIFEST_DIFFERS',
	severity: 'error',
	title: 'the package and its manifest say different things',
	why: 'One of the two was changed after the build, and what the package manager believes is not what lies there.',
	remedy: 'build the package again instead of changing its fields',
};

export const manifest: Check = {
	name: 'manifest',
	question: 'Is every file the one that was built?',
	kinds: [changed, absent, extra, differs],
	begin: subject => ({
		finish: survey => (survey.manifest ? judge(subject, survey, survey.manifest) : lost(subject, survey)),
	}),
};

function judge(subject: OpenedPackage, survey: Survey, found: Manifest): Finding[] {
	return [
		...summary(subject, found),
		...layoutFindings(subject, survey, found),
		...listed(subject, survey, found),
		...unlisted(subject, found),
	];
}

/** The package knows of a manifest, and the tree does not hold it. */
function lost({pkg}: OpenedPackage, {damaged}: Survey): Finding[] {
	const path = below(pkg.prefix, manifestName);
	const isLost = pkg.manifest !== undefined && !damaged.has(path) && !new Places(pkg.tree).at(path);
	return isLost ? [findingOf(absent, {path, message: 'is not there, and the package was made with it'})] : [];
}

function summary({pkg, format}: OpenedPackage, found: Manifest): Finding[] {
	const {metadata, prefix, manifest: outer, arch} = pkg;
	const path = below(prefix, manifestName);
	// A format may have a name of its own.
	const names: readonly unknown[] = [found.name, found.recipe?.wishes.settings[format]?.name];
	const pairs: ReadonlyArray<readonly [string, string, string]> = [
		['name', found.name, [outer?.name, metadata.name].find(name => name && !names.includes(name)) ?? ''],
		['version', found.version, outer?.version ?? metadata.version],
		['release', found.release, outer?.release ?? metadata.release],
		['prefix', found.prefix, prefix],
		['arch', found.arch, arch],
	];
	return pairs
		.filter(([, inner, said]) => said !== '' && said !== inner)
		.map(([key, inner, said]) =>
			findingOf(differs, {path, message: `says ${key} ${JSON.stringify(inner)}, the package ${JSON.stringify(said)}`}),
		);
}

/** What it says of its interpreter, and the one that is there. */
function layoutFindings({pkg}: OpenedPackage, {venv}: Survey, {layout}: Manifest): Finding[] {
	const path = below(pkg.prefix, manifestName);
	if (!venv?.interpreter) {
		return [];
	}

	const isInside = venv.standardLibrary !== undefined;
	if (layout?.bundle && !venv.bundled) {
		const message = `says that its interpreter is inside, and bin/python leads to ${venv.interpreter}`;
		return [findingOf(differs, {path, message})];
	}

	return !layout?.bundle && isInside
		? [findingOf(differs, {path, message: `says nothing of an interpreter inside, and ${venv.interpreter} is one`})]
		: [];
}

function listed({pkg, carries}: OpenedPackage, survey: Survey, {files}: Manifest): Finding[] {
	return Object.keys(files).flatMap(name => {
		const path = name as InstallPath;
		if (!carries.outsidePrefix && !isWithin(path, pkg.prefix)) {
			return [];
		}

		const is = survey.digestOf(path);
		if (is === undefined) {
			return [findingOf(absent, {path, message: 'stands in the manifest and is not there'})];
		}

		return is === files[path]?.sha256
			? []
			: [findingOf(changed, {path, message: 'has another sha256 than when built'})];
	});
}

/** Formats add files of their own, such as a copyright file, outside of the prefix: those no manifest knows. */
function unlisted({pkg}: OpenedPackage, {files}: Manifest): Finding[] {
	const own = below(pkg.prefix, manifestName);
	return pkg.tree.entries
		.filter(({kind, path}) => kind === 'file' && isWithin(path, pkg.prefix) && path !== own && !(path in files))
		.map(({path}) => findingOf(extra, {path, message: 'does not stand in the manifest'}));
}
