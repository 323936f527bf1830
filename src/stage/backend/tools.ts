import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {compareBytes, type HostPath} from '../../model/paths.ts';

/** What a build had installed in its venv below `folder`, such as `hatchling==1.27.0`, in order. */
export function installedTools(folder: HostPath, minor: string): string[] {
	const sitePackages = join(folder, `env/lib/python${minor}/site-packages`);
	const names = existsSync(sitePackages) ? readdirSync(sitePackages) : [];
	return names
		.flatMap(name => {
			const [, distribution = '', version] = /^(.+?)-([^-]+)\.dist-info$/.exec(name) ?? [];
			return version === undefined ? [] : [`${distribution.replaceAll('_', '-').toLowerCase()}==${version}`];
		})
		.sort(compareBytes);
}
