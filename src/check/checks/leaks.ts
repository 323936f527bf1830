import type {Finding} from '../../model/findings.ts';
import type {OpenedPackage} from '../../model/package.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {Survey} from '../../model/survey.ts';
import {builderNeedles} from '../builder-places.ts';
import {BuilderTraces} from '../builder-traces.ts';
import type {Check, CheckRun} from '../check.ts';
import {HeldBytes} from '../held-bytes.ts';
import {leakAudit} from '../leak-audit.ts';
import type {Needle} from '../leak-needles.ts';
import {leakKinds} from '../leak-words.ts';
import {provenanceOf} from '../provenance.ts';

/**
 * Whether an artifact tells of the machine that it was made on. No builder is known here: activate scripts, shebangs,
 * pyvenv.cfg and bytecode tell where the venv was made, and only where they do is everything read again for that place.
 * The home and the temporary folder of whoever verifies are nothing to look for: they may be equal by accident.
 */
export const leaks: Check = {
	name: 'leaks',
	question: 'Does any byte tell of the machine that it was made on?',
	kinds: [
		leakKinds.LEAK_STAGE,
		leakKinds.LEAK_BUILD,
		leakKinds.LEAK_HOME,
		leakKinds.LEAK_INTERPRETER,
		leakKinds.LEAK_NEEDLE,
	],
	begin(subject, {needles = []} = {}) {
		const traces = new BuilderTraces();
		const asked = needles
			.filter(Boolean)
			.map((text): Needle => ({code: 'LEAK_NEEDLE', text, isPath: text.startsWith('/'), where: 'anywhere'}));
		const search = asked.length > 0 ? auditRun(subject, asked, new Map()) : undefined;
		return {
			open(entry) {
				const read = traces.reader(entry);
				const held = read && new HeldBytes(entry);
				const audit = search?.open?.(entry);
				return read || audit
					? {
							push(chunk) {
								held?.push(chunk);
								audit?.push(chunk);
							},
							close(sha256) {
								read?.(held?.bytes() ?? Buffer.alloc(0));
								return audit?.close(sha256) ?? [];
							},
						}
					: undefined;
			},
			link: entry => search?.link?.(entry) ?? [],
			finish: survey => search?.finish?.(survey) ?? [],
			again(survey) {
				const found = builderNeedles(subject, survey, traces.found);
				return found.length === 0 ? undefined : auditRun(subject, found, downloadedFiles(subject, survey));
			},
		};
	},
};

function downloadedFiles({pkg}: OpenedPackage, survey: Survey): ReadonlyMap<InstallPath, string> {
	const provenance = provenanceOf(survey);
	return new Map(
		pkg.tree.entries
			.filter(({kind, path}) => kind === 'file' && provenance.isDownloaded(path))
			.map(({path}) => [path, survey.digestOf(path) ?? '']),
	);
}

/** An audit in the words of `verify`; bytecode that names the same place is told once. */
function auditRun(
	{pkg}: OpenedPackage,
	needles: readonly Needle[],
	downloaded: ReadonlyMap<InstallPath, string>,
): CheckRun {
	const allow = pkg.manifest?.allowedLeaks ?? [];
	const audit = leakAudit({prefix: pkg.prefix, needles, downloaded, allow});
	const compiled: Finding[] = [];
	return {
		open(entry) {
			const file = audit.open(entry);
			return {
				push: chunk => file.push(chunk),
				close(sha256) {
					const findings = file.close(sha256).map(inWordsOfVerify);
					if (entry.path.endsWith('.pyc')) {
						compiled.push(...findings);
						return [];
					}

					return findings;
				},
			};
		},
		link: entry => audit.link(entry).map(inWordsOfVerify),
		finish: () => onceEach(compiled),
	};
}

function inWordsOfVerify(finding: Finding): Finding {
	const kind = Object.values(leakKinds).find(({code}) => code === finding.code);
	const ignore = `--ignore '${finding.code}:${finding.path}'`;
	return {...finding, remedy: `${kind?.remedy}; or, where it does no harm, ${ignore}`};
}

function onceEach(findings: readonly Finding[]): Finding[] {
	const text = (finding: Finding) => `${finding.code} ${finding.message.replace(/, \d+ times/, '')}`;
	return [...Map.groupBy(findings, text).values()].flatMap(([first, ...more]) =>
		first === undefined
			? []
			: [
					more.length === 0
						? first
						: {...first, message: `${first.message}, as does the bytecode of ${more.length} more modules`},
				],
	);
}
