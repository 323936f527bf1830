import type {Finding, FindingKind, Question, Verification} from '../src/index.ts';
import {count, duration, nearPath, printable, size, type Terminal} from './terminal.ts';

interface VerificationOptions {
	readonly terminal: Terminal;
	readonly cwd: string;
	/** Every place instead of the first ones. */
	readonly verbose: boolean;
}

/** Places shown of a code; the rest is counted. */
const shown = 10;

const colours = {error: 'red', warning: 'yellow', note: 'dim'} as const;

/** 1 where something is wrong, 3 where something was to be proven and could not be, else 0. Notes never count. */
export function exitCodeOf({counts, unproven}: Verification): number {
	return counts.error + counts.warning > 0 ? 1 : unproven.length > 0 ? 3 : 0;
}

/** What `venvpack verify --json` prints: schema/verification.schema.json. */
export function verificationDocument(verification: Verification): Readonly<Record<string, unknown>> {
	const {questions, ...rest} = verification;
	return {...rest, checks: questions.map(({name}) => name)};
}

/** Writes findings by code, each code once with why it matters and what to do, and a verdict at the end. */
export function writeVerification(verification: Verification, options: VerificationOptions): void {
	const {terminal} = options;
	for (const [key, findings] of Map.groupBy(verification.findings, ({severity, code}) => `${severity} ${code}`)) {
		writeGroup(findings, {...options, verification, more: moreOf(key, verification)});
	}

	for (const [why, unproven] of Map.groupBy(verification.unproven, one => one.why)) {
		const names = unproven.map(({check}) => check).join(', ');
		terminal.line(`${terminal.style('red', 'not proven:')} ${printable(`${names}: ${why}`)}`);
	}

	for (const {check, why} of options.verbose ? verification.unasked : []) {
		terminal.line(`${terminal.style('dim', 'not asked:')} ${printable(`${check}: ${why}`)}`);
	}

	writeVerdict(verification, options);
}

/** Writes every check with its question, and every code that it can find. */
export function writeQuestions(questions: readonly Question[], terminal: Terminal): void {
	for (const {name, question, kinds, part} of questions) {
		const flag = part === 'static' ? '' : ` (--${part})`;
		terminal.line(`${terminal.style('bold', name)}${flag}: ${question}`);
		const width = kinds.reduce((widest, {code}) => Math.max(widest, code.length), 0);
		for (const {code, severity, title} of kinds) {
			terminal.line(`  ${code.padEnd(width)}  ${terminal.style(colours[severity], severity.padEnd(7))}  ${title}`);
		}

		terminal.line();
	}
}

interface Group extends VerificationOptions {
	readonly verification: Verification;
	/** Found, and not kept. */
	readonly more: number;
}

function writeGroup(findings: readonly Finding[], {terminal, verbose, verification, more}: Group): void {
	const [first] = findings;
	if (first === undefined) {
		return;
	}

	const kind = kindOf(first.code, verification);
	const title = terminal.style('bold', printable(kind?.title ?? first.code));
	terminal.line(`${terminal.style(colours[first.severity], first.severity)}  ${title}  [${first.code}]`);
	terminal.line(`  ${printable(first.why)}`);
	const places = verbose ? findings : findings.slice(0, shown);
	const remedies = new Set(findings.map(({remedy}) => remedy));
	for (const finding of places) {
		const offset = finding.offset === undefined ? '' : `, byte ${finding.offset}`;
		terminal.line(`    ${printable(`${finding.path}${offset}: ${finding.message}`)}`);
		if (remedies.size > 1) {
			terminal.line(`      ${terminal.style('cyan', '→')} ${printable(finding.remedy)}`);
		}
	}

	const rest = findings.length - places.length + more;
	if (rest > 0) {
		terminal.line(`    and ${rest.toLocaleString('en')} more${verbose ? '' : '; --verbose shows them'}`);
	}

	if (remedies.size === 1) {
		terminal.line(`  ${terminal.style('cyan', '→')} ${printable(first.remedy)}`);
	}

	terminal.line();
}

function writeVerdict(verification: Verification, {terminal, cwd}: VerificationOptions): void {
	const {artifact, counts, ignored, questions, seconds} = verification;
	const found = (['error', 'warning', 'note'] as const)
		.filter(severity => counts[severity] > 0)
		.map(severity => terminal.style(colours[severity], count(counts[severity], `${severity}s`)));
	const open = verification.unproven.length > 0 ? 'nothing wrong found, not all proven' : undefined;
	const good =
		counts.error + counts.warning === 0
			? [open === undefined ? terminal.style('green', 'nothing wrong found') : terminal.style('yellow', open)]
			: [];
	const name = printable(nearPath(artifact.file, cwd));
	const what = `${count(artifact.files, 'files')}, ${size(artifact.bytes)}, ${count(questions.length, 'checks')}`;
	const total = Object.values(seconds).reduce((sum, part) => sum + part, 0);
	const left = ignored > 0 ? `; ${ignored} ignored` : '';
	const said = [...good, ...found].join(', ');
	terminal.line(`${terminal.style('bold', name)}: ${said}${left} (${what}, ${duration(total)})`);
}

function moreOf(key: string, {left, findings}: Verification): number {
	const [severity, code = ''] = key.split(' ');
	// Counted by code; told once, below the gravest.
	return findings.find(finding => finding.code === code)?.severity === severity ? (left[code] ?? 0) : 0;
}

function kindOf(code: string, {questions}: Verification): FindingKind | undefined {
	return questions.flatMap(({kinds}) => kinds).find(kind => kind.code === code);
}
