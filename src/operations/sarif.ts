import {writeFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {sarifOf} from '../codecs/sarif.ts';
import {openOutput, prepareOutputFolder} from '../host/output.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Verification} from '../model/verification.ts';
import type {Context} from './context.ts';

/** The findings as a SARIF 2.1.0 document, as text. */
export function sarif(verification: Verification, {version}: Context): string {
	return `${JSON.stringify(sarifOf(verification, version), null, 2)}\n`;
}

/** Writes the findings as SARIF; the file is the old one or the whole new one at any moment. Throws a HostError. */
export async function writeSarif(verification: Verification, file: HostPath, context: Context): Promise<void> {
	prepareOutputFolder(hostPath(dirname(file)));
	const output = openOutput(hostPath(dirname(file)), basename(file), '');
	try {
		writeFileSync(output.part, sarif(verification, context));
		await output.commit();
	} catch (error) {
		output.discard();
		throw error;
	}
}
