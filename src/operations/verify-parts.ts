import {FindingsError} from '../model/errors.ts';
import type {Finding} from '../model/findings.ts';
import type {HostPath} from '../model/paths.ts';
import type {Context} from './context.ts';
import {verify} from './verify.ts';

/** An artifact that is complete and has no name yet. */
export interface FinishedPart {
	readonly file: HostPath;
	/** The name that it is going to have. */
	readonly final: HostPath;
	/** The distribution that it was made for. */
	readonly target: string;
}

/**
 * Asks every finished artifact what `verify` asks without starting anything. Warnings are told, once a code.
 * Throws a FindingsError (VERIFY_FAILED) with all errors of the first artifact that has any.
 */
export async function verifyParts(parts: readonly FinishedPart[], context: Context): Promise<void> {
	const told = new Set<string>();
	for (const {file, final, target} of parts) {
		const {findings, counts} = await verify({artifact: file, target}, context);
		const errors = findings.filter(({severity}) => severity === 'error');
		if (errors.length > 0) {
			throw new FindingsError(`${final} would not be right: verify finds ${counts.error} in it`, {
				code: 'VERIFY_FAILED',
				hint: 'mend each as it says; venvpack verify --list explains the codes',
				findings: errors,
			});
		}

		for (const warning of findings.filter(({severity}) => severity === 'warning')) {
			if (!told.has(warning.code)) {
				told.add(warning.code);
				context.listener({kind: 'warning', code: warning.code, message: messageOf(warning, findings)});
			}
		}
	}
}

function messageOf({code, path, message}: Finding, all: readonly Finding[]): string {
	const more = all.filter(finding => finding.code === code).length - 1;
	return `${path}: ${message}${more > 0 ? `, and ${more} more` : ''}`;
}
