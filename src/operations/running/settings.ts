import fs from 'node:fs';
import {dirname} from 'node:path';
import {makeOpenFolder} from '../../host/open-folder.ts';
import type {HostPath, InstallPath} from '../../model/paths.ts';
import {isWithin} from '../../model/paths.ts';
import type {Tree} from '../../model/tree.ts';

export interface Settled {
	/** The unpacked tree. */
	readonly from: HostPath;
	/** The folder that becomes `/`. */
	readonly root: HostPath;
	readonly prefix: InstallPath;
}

/** Where a view of this machine has room for a package's files beside its prefix: what it shows of the system is read-only. */
const roomy = ['/etc', '/opt', '/srv', '/var'];

/** Puts what the package installs beside its prefix, such as its settings in /etc, where its programs will see it. */
export function placeSettings({entries}: Tree, {from, root, prefix}: Settled): void {
	for (const {kind, path} of entries) {
		const isBeside = !isWithin(path, prefix) && roomy.some(folder => isWithin(path, folder));
		const place = `${root}${path}`;
		if (!isBeside || kind === 'directory' || fs.existsSync(place)) {
			continue;
		}

		makeOpenFolder(dirname(place));
		if (kind === 'link') {
			fs.symlinkSync(fs.readlinkSync(`${from}${path}`), place);
		} else {
			fs.copyFileSync(`${from}${path}`, place);
		}
	}
}
