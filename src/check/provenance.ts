import {type InstallPath, isWithin, nameOf} from '../model/paths.ts';
import type {InstalledDistribution, Survey} from '../model/survey.ts';

/** What an installer writes into a dist-info, whatever the wheel holds. */
const written = /^(?:RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json|uv_build\.json)$/;

/** Tells what came byte for byte in a downloaded wheel from what was made or changed where the artifact was built. */
export interface Provenance {
	/** Whoever packaged the tree cannot help what such a file holds. */
	isDownloaded(path: InstallPath): boolean;
	/** Whether it has the hash of its row in the RECORD of a distribution from an index, whoever wrote the row. */
	isRecorded(path: InstallPath): boolean;
}

/**
 * By evidence: the file has the hash of its row in RECORD, and its distribution came from an index. The manifest says
 * that of an artifact of ours; of others, that no direct_url.json names where it was taken from (PEP 610). Scripts,
 * bytecode and what relocation rewrote have rows too, and are made by the builder all the same.
 */
export function provenanceOf(survey: Survey): Provenance {
	const known = provenances.get(survey) ?? readProvenance(survey);
	provenances.set(survey, known);
	return known;
}

/** Every check asks, and a RECORD is read anew each time. */
const provenances = new WeakMap<Survey, Provenance>();

function readProvenance(survey: Survey): Provenance {
	const rows = new Map<InstallPath, string>();
	for (const distribution of survey.distributions.filter(one => isFromIndex(one, survey))) {
		for (const {path, hash} of distribution.record ?? []) {
			if (path !== undefined && hash.startsWith('sha256=')) {
				rows.set(path, hash);
			}
		}
	}

	const bin = survey.venv && `${survey.venv.root}/bin`;
	const programs = new Set(survey.scripts.filter(({kind}) => kind === 'elf').map(({path}) => path));
	const files = survey.manifest?.files;
	const isRecorded = (path: InstallPath) => sameDigest(rows.get(path), survey.digestOf(path));
	return {
		isRecorded,
		isDownloaded(path) {
			return (
				isRecorded(path) &&
				!written.test(nameOf(path)) &&
				!path.endsWith('.pyc') &&
				(bin === undefined || !isWithin(path, bin) || programs.has(path)) &&
				(files?.[path]?.rules ?? []).length === 0
			);
		},
	};
}

/** Of a venv that was packaged as it was, nobody knows more than it says itself. */
function isFromIndex({name, directUrl, editable}: InstalledDistribution, {manifest}: Survey): boolean {
	const known = manifest?.distributions.find(one => normalized(one.name) === normalized(name));
	return known && known.origin !== 'venv' ? known.origin === 'index' : directUrl === '' && !editable;
}

/** PEP 503. */
function normalized(name: string): string {
	return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function sameDigest(row: string | undefined, sha256: string | undefined): boolean {
	return row !== undefined && Buffer.from(row.slice('sha256='.length), 'base64url').toString('hex') === sha256;
}
