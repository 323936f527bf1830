import {type Finding, findingOf} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {InstalledDistribution, Survey} from '../../model/survey.ts';
import {type Entry, type FileEntry, sizeOf} from '../../model/tree.ts';
import type {Check} from '../check.ts';
import {folderOf} from '../folders.ts';
import {type Provenance, provenanceOf} from '../provenance.ts';
import {junkKinds as kinds} from './junk-kinds.ts';

/** What lies in the tree and serves nobody who installs it. */
export const junk: Check = {
	name: 'junk',
	question: 'Is there anything in it that a package of a venv should not hold?',
	kinds: Object.values(kinds),
	begin: subject => ({finish: survey => judge(subject, survey)}),
};

const vcs = /^(?:\.git|\.hg|\.svn|\.bzr|_darcs|CVS)$/;
const caches = /^(?:\.(?:mypy|pytest|ruff|hypothesis|tox|nox|eggs|pytype|ipynb_checkpoints)(?:_cache)?|\.cache)$/;
const editors = /(?:~|\.swp|\.swo|\.orig|\.rej|\.bak)$|^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._.+|\.#.+|#.+#)$/;
const installers = /^(?:uv_cache\.json|uv_build\.json)$/;
/** In the root of a venv alone: uv's lock and marks. */
const rootLeftovers = /^(?:\.lock|\.gitignore|CACHEDIR\.TAG|pip-selfcheck\.json)$/;
const archives = /\.(?:zip|whl|egg|tar|tgz|tar\.\w+|gz|xz|zst|bz2|7z|deb|rpm|iso)$/;

const largeArchive = 20 * 1024 * 1024;
const largeLibrary = 1024 * 1024;
const largeTests = 100 * 1024 * 1024;

function judge({pkg}: OpenedPackage, survey: Survey): Finding[] {
	const provenance = provenanceOf(survey);
	const {entries} = pkg.tree;
	return [
		...folderFindings(entries, provenance),
		...entries.flatMap(entry => (entry.kind === 'file' ? fileFindings(entry, survey, provenance) : [])),
		...downloadedEditorFiles(entries, provenance),
		...coreFindings(survey, provenance),
		...survey.distributions.filter(({editable}) => editable).map(editableFinding),
		...toolFindings(survey),
		...testFindings(entries),
	];
}

/** Once for each folder, not for all that is in it; a note where a wheel brought all of it. */
function folderFindings(entries: readonly Entry[], provenance: Provenance): Finding[] {
	const found = entries.flatMap(({kind, path}) => {
		const name = nameOf(path);
		const which = vcs.test(name) ? kinds.vcs : caches.test(name) ? kinds.cache : undefined;
		return which && (kind === 'directory' || name === '.git') ? [{path, which}] : [];
	});
	const folders = new Set(found.map(({path}) => path));
	const files = Map.groupBy(entries, ({kind, path}) => (kind === 'file' ? folderOf(path, folders) : undefined));
	return found
		.filter(({path}) => folderOf(path, folders) === path)
		.map(({path, which}) => {
			const held = files.get(path) ?? [];
			const isDownloaded = held.length > 0 && held.every(file => provenance.isDownloaded(file.path));
			return findingOf(which, {
				path,
				severity: isDownloaded ? 'note' : which.severity,
				message: `holds ${held.length} ${held.length === 1 ? 'file' : 'files'}`,
			});
		});
}

function fileFindings({path, content}: FileEntry, {venv}: Survey, provenance: Provenance): Finding[] {
	const name = nameOf(path);
	const size = sizeOf(content);
	const megabytes = `${Math.round(size / 1024 / 1024)} MiB`;
	if (installers.test(name) || (rootLeftovers.test(name) && parentOf(path) === venv?.root)) {
		return [findingOf(kinds.installer, {path, message: 'is of use where the venv was made'})];
	}

	if (editors.test(name) && !provenance.isDownloaded(path)) {
		return [findingOf(kinds.editor, {path, message: 'is nothing that a program reads'})];
	}

	if (archives.test(name) && size > largeArchive) {
		return [findingOf(kinds.archive, {path, message: `has ${megabytes}`})];
	}

	return name.endsWith('.a') && size > largeLibrary
		? [findingOf(kinds.library, {path, message: `has ${megabytes}`})]
		: [];
}

/** Once for all: nobody who packages can help it. */
function downloadedEditorFiles(entries: readonly Entry[], provenance: Provenance): Finding[] {
	const found = entries.filter(({kind, path}) => kind === 'file' && editors.test(nameOf(path)));
	const [first, ...more] = found.filter(({path}) => provenance.isDownloaded(path));
	const message = `is nothing that a program reads${more.length > 0 ? `, nor are ${more.length} more; they came with wheels` : ''}`;
	return first ? [findingOf(kinds.editor, {path: first.path, severity: 'note', message})] : [];
}

/** As their headers say; wheels that read dumps bring some to test with. */
function coreFindings({elf}: Survey, provenance: Provenance): Finding[] {
	return elf
		.filter(({type}) => type === 4)
		.map(({path}) =>
			findingOf(kinds.core, {
				path,
				severity: provenance.isDownloaded(path) ? 'note' : kinds.core.severity,
				message: 'is the memory of a program that died',
			}),
		);
}

function editableFinding({path, name, directUrl}: InstalledDistribution): Finding {
	const where = directUrl === '' ? '' : `: its code lies at ${directUrl.replace(/\/\/[^/@]*@/, '//')}`;
	return findingOf(kinds.editable, {path, message: `${name} is installed as editable${where}`});
}

/** A distribution that is asked for is no accident. */
function toolFindings({distributions}: Survey): Finding[] {
	const asked = new Set(distributions.flatMap(({requiresDist}) => requiresDist.map(requirementName)));
	return distributions
		.filter(({name}) => /^(?:pip|setuptools|wheel)$/i.test(name) && !asked.has(name.toLowerCase()))
		.map(({path, name, version}) =>
			findingOf(kinds.pip, {path, message: `${name} ${version}: no distribution asks for it`}),
		);
}

function requirementName(requirement: string): string {
	return (/^[\w.-]+/.exec(requirement.trim())?.[0] ?? '').toLowerCase();
}

/** By the outermost folder of that name. */
function testFindings(entries: readonly Entry[]): Finding[] {
	const sizes = new Map<InstallPath, number>();
	for (const entry of entries) {
		const folder = entry.kind === 'file' ? testFolderOf(entry.path) : undefined;
		if (entry.kind === 'file' && folder !== undefined) {
			sizes.set(folder, (sizes.get(folder) ?? 0) + sizeOf(entry.content));
		}
	}

	return [...sizes]
		.filter(([, size]) => size > largeTests)
		.map(([path, size]) => findingOf(kinds.tests, {path, message: `holds ${Math.round(size / 1024 / 1024)} MiB`}));
}

function testFolderOf(path: InstallPath): InstallPath | undefined {
	const found = /\/(?:tests?|testing|testdata)(?=\/)/.exec(path);
	return found ? (path.slice(0, found.index + found[0].length) as InstallPath) : undefined;
}
