import type {FileEntry} from '../../model/tree.ts';
import {belowPrefix, isOfInterpreter} from '../carried.ts';
import {type Place, type Rule, withBytes} from '../rule.ts';
import {unknownText} from '../unknown-text.ts';

/** One change that Debian made to a module, and what makes it of no effect. */
interface Edit {
	/** Every way in which it stands there, of which exactly one does. */
	readonly before: readonly string[];
	readonly after: string;
}

interface Patched {
	/** Below `lib/python3.X/`. */
	readonly module: RegExp;
	/** Only what Debian patched holds it. */
	readonly mark: string;
	readonly edits: readonly Edit[];
}

const minor = '"python%d.%d" % sys.version_info[:2]';

/** What site.py adds before upstream's own folder. */
function debianFolders(condition: string, python: string): string {
	return `            if ${condition}:
                sitepackages.append(os.path.join(prefix, "lib",
                                                 ${python},
                                                 "site-packages"))
            sitepackages.append(os.path.join(prefix, "local/lib",
                                             ${python},
                                             "dist-packages"))
            sitepackages.append(os.path.join(prefix, "lib",
                                             "python3",
                                             "dist-packages"))
            # this one is deprecated for Debian
`;
}

/** Debian's debian/patches (distutils-install-layout, sysconfig-debian-schemes, ensurepip-disabled), 3.9 to 3.14. */
const patched: readonly Patched[] = [
	{
		module: /^site\.py$/,
		mark: '"dist-packages"',
		edits: [
			{
				before: [
					debianFolders('is_virtual_environment', minor),
					debianFolders("'VIRTUAL_ENV' in os.environ or sys.base_prefix != sys.prefix", '"python" + sys.version[:3]'),
				],
				after: '',
			},
			{before: ['"dist-packages")\n'], after: '"site-packages")\n'},
		],
	},
	{
		module: /^sysconfig(?:\/__init__)?\.py$/,
		mark: "prefix_scheme = 'posix_local'",
		edits: [
			{
				before: [
					`    if sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix"):
        # virtual environments
        prefix_scheme = 'posix_prefix'
    else:
        # default to /usr for package builds, /usr/local otherwise
        deb_build = os.environ.get('DEB_PYTHON_INSTALL_LAYOUT', 'posix_local')
        if deb_build in ('deb', 'deb_system'):
            prefix_scheme = 'deb_system'
        else:
            prefix_scheme = 'posix_local'
`,
				],
				after: "    prefix_scheme = 'posix_prefix'\n",
			},
		],
	},
	{
		module: /^distutils\/sysconfig\.py$/,
		mark: 'is_virtual_environment',
		edits: [
			{
				before: [
					'def is_virtual_environment():\n    return sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix")\n',
				],
				after: 'def is_virtual_environment():\n    return True\n',
			},
		],
	},
	{
		module: /^ensurepip\/__init__\.py$/,
		mark: '_ensurepip_is_disabled_in_debian_for_system',
		edits: [{before: ['\n    _ensurepip_is_disabled_in_debian_for_system()\n'], after: '\n'}],
	},
];

/** It puts Debian's schemes into the distutils that setuptools brings. */
const systemModule = '_distutils_system_mod.py';

/**
 * Debian's Python installs into dist-packages and /usr/local, unless in a venv, for what lies in /usr is dpkg's. Where it
 * is carried nothing is, and it is to do as upstream's does.
 */
export const debianModules: Rule = {
	name: 'debian-modules',
	because: 'Debian’s Python takes dist-packages of the system for those of its own, and installs into /usr/local',
	applies: (entry, place) =>
		isOfInterpreter(entry, place) &&
		(nameIn(entry, place) === systemModule || patched.some(({module}) => module.test(nameIn(entry, place)))),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const name = nameIn(entry, place);
		if (name === systemModule) {
			return undefined;
		}

		const text = Buffer.from(place.bytes(entry)).toString();
		const patch = patched.find(({module, mark}) => module.test(name) && text.includes(mark));
		return patch ? withBytes(entry, place, Buffer.from(unpatched(text, patch, entry))) : entry;
	},
};

/** Below the standard library; empty for what lies elsewhere. */
function nameIn({path}: Pick<FileEntry, 'path'>, place: Place): string {
	return /^lib\/python3\.[^/]+\/(.*)$/.exec(belowPrefix(path, place))?.[1] ?? '';
}

function unpatched(text: string, {edits}: Patched, {path}: FileEntry): string {
	return edits.reduce((before, edit) => {
		const found = edit.before.filter(one => before.includes(one));
		const [one = ''] = found;
		const pieces = one === '' ? [] : before.split(one);
		if (pieces.length !== 2) {
			throw unknownText(path, 'debian-modules', {reason: 'has changes of Debian’s that are not known'});
		}

		return pieces.join(edit.after);
	}, text);
}
