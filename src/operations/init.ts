import {writeFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {sectionsOf} from '../config/load.ts';
import {type ProposeOptions, proposeConfig} from '../config/propose.ts';
import {formats} from '../formats/formats.ts';
import {openOutput} from '../host/output.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Context} from './context.ts';

export interface InitRequest {
	readonly directory: HostPath;
	readonly into: ProposeOptions['into'];
}

/**
 * Writes a commented configuration for what lies in a folder, and returns the file. The file is the old one or the
 * whole new one at any moment. Throws a ConfigError (CONFIG_EXISTS) rather than change one that is there.
 */
export async function init({directory, into}: InitRequest, _context: Context): Promise<{readonly file: HostPath}> {
	const {file, text} = proposeConfig(directory, {into, sections: sectionsOf(formats)});
	const output = openOutput(hostPath(dirname(file)), basename(file), '');
	try {
		writeFileSync(output.part, text);
		await output.commit();
	} catch (error) {
		output.discard();
		throw error;
	}

	return {file};
}
