import {ArtifactError} from '../../model/errors.ts';
import type {Setting, Settings, SettingValues} from '../../model/settings.ts';

const script = (description: string): Setting => ({type: 'script', description, default: ''});

/** What the configuration says of maintainer scripts and triggers. */
export const maintainerSettings: Settings = {
	preinst: script('A shell script that dpkg runs before it unpacks the package.'),
	postinst: script('A shell script that dpkg runs to configure the package.'),
	prerm: script('A shell script that dpkg runs before it removes the package.'),
	postrm: script('A shell script that dpkg runs after it removed the package.'),
	triggers: {
		type: 'strings',
		description: 'Lines of deb-triggers(5), one a string, such as "interest-noawait /usr/share/app/plugins".',
		default: [],
	},
};

/** deb-triggers(5); a trigger's name is a path or a word of printable ASCII. */
const directive = /^(?:interest|activate)(?:-(?:await|noawait))? [\x21-\x7e]+$/;

/** The triggers file; empty for none. Throws an ArtifactError (DEB_TRIGGERS_INVALID). */
export function debTriggers({triggers}: SettingValues): string {
	const lines = Array.isArray(triggers)
		? triggers.map(line =>
				String(line)
					.trim()
					.replaceAll(/[ \t]+/g, ' '),
			)
		: [];
	const wrong = lines.find(line => !directive.test(line));
	if (wrong !== undefined) {
		throw new ArtifactError(`${JSON.stringify(wrong)} in deb.triggers is no trigger of a deb`, {
			code: 'DEB_TRIGGERS_INVALID',
			hint: 'write each as one string, such as "interest-noawait /usr/share/app/plugins" or "activate-noawait ldconfig"',
			format: 'deb',
		});
	}

	return lines.map(line => `${line}\n`).join('');
}
