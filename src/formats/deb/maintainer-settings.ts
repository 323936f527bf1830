import {listOf, type Setting, type Settings, type SettingValues} from '../../model/settings.ts';

const script = (description: string): Setting => ({type: 'script', description, default: ''});

/** deb-triggers(5); a trigger's name is a path or a word of printable ASCII. */
const directive = /^(?:interest|activate)(?:-(?:await|noawait))? [\x21-\x7e]+$/;

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
		rule: {
			code: 'DEB_TRIGGERS_INVALID',
			what: 'which is no trigger of a deb',
			hint: 'write each as one string, such as "interest-noawait /usr/share/app/plugins" or "activate-noawait ldconfig"',
			fits: text => directive.test(text),
		},
	},
};

/** The triggers file; empty for none. */
export function debTriggers({triggers}: SettingValues): string {
	return listOf(triggers)
		.map(line => `${line}\n`)
		.join('');
}
