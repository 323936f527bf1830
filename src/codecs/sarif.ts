import type {Finding, FindingKind} from '../model/findings.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Unanswered, Verification} from '../model/verification.ts';

/** What paths of results are relative to: the root of the machine that installs. */
const root = 'ROOT';

/**
 * The findings of a verification as SARIF 2.1.0 (OASIS): a rule for each kind, a result for each finding. `version` is that
 * of venvpack.
 */
export function sarifOf(verification: Verification, version: string): Readonly<Record<string, unknown>> {
	const kinds = verification.questions.flatMap(question => question.kinds);
	return {
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: {driver: {name: 'venvpack', semanticVersion: version, rules: kinds.map(ruleOf)}},
				invocations: [invocationOf(verification)],
				originalUriBaseIds: {
					[root]: {description: {text: 'The root of the machine that the package is installed on.'}},
				},
				results: verification.findings.map(finding => resultOf(finding, kinds)),
				columnKind: 'unicodeCodePoints',
				properties: artifactOf(verification),
			},
		],
	};
}

function ruleOf({code, severity, title, why, remedy}: FindingKind): unknown {
	return {
		id: code,
		shortDescription: {text: title},
		fullDescription: {text: why},
		help: {text: remedy},
		defaultConfiguration: {level: severity},
	};
}

function resultOf(
	{code, severity, path, offset, message, why, remedy}: Finding,
	kinds: readonly FindingKind[],
): unknown {
	const ruleIndex = kinds.findIndex(kind => kind.code === code);
	return {
		ruleId: code,
		...(ruleIndex < 0 ? {} : {ruleIndex}),
		level: severity,
		message: {text: `${path}: ${message}`},
		locations: [
			{
				physicalLocation: {
					artifactLocation: {uri: uriOf(path), uriBaseId: root},
					...(offset === undefined ? {} : {region: {byteOffset: offset, byteLength: 0}}),
				},
			},
		],
		// Keeps a result the same one from build to build, so that what was dismissed stays so.
		partialFingerprints: {'codeAndPath/v1': `${code}:${path}`},
		properties: {why, remedy},
	};
}

/** What could not be asked is told as the standard has it: notifications of the invocation. */
function invocationOf({unasked, unproven}: Verification): unknown {
	const notification =
		(level: string) =>
		({check, why}: Unanswered) => ({
			level,
			descriptor: {id: check},
			message: {text: `${check}: ${why}`},
		});
	return {
		executionSuccessful: unproven.length === 0,
		toolExecutionNotifications: [...unasked.map(notification('note')), ...unproven.map(notification('error'))],
	};
}

function artifactOf({artifact, left}: Verification): unknown {
	const {format, name, version, prefix} = artifact;
	return {format, name, version, prefix, left};
}

/** RFC 3986, relative: every byte that means something in a URI is escaped. */
function uriOf(path: InstallPath): string {
	return path.slice(1).split('/').map(escaped).join('/');
}

/** Half of a surrogate pair, out of a name that is no UTF-8, has no bytes to escape. */
function escaped(part: string): string {
	return encodeURIComponent(part.toWellFormed());
}
