/** Owners, configuration files, documentation and ghosts, as the real tools and our readers find them in our packages. */
import {execFileSync} from 'node:child_process';
import type {Format} from '../../src/formats/format.ts';
import {formatNamed} from '../../src/formats/formats.ts';
import type {Mark} from '../../src/model/additions.ts';
import type {Distribution} from '../../src/model/metadata.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type InstallPath, installPath} from '../../src/model/paths.ts';
import type {SettingValues} from '../../src/model/settings.ts';
import {opened} from '../helpers/opened.ts';
import {pack} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const root = {user: 'root', group: 'root'};
const marks: Readonly<Record<string, Mark>> = {
	'/etc/app/app.conf': {role: 'conffile', owner: {user: 'root', group: 'adm'}},
	'/usr/share/app/GUIDE': {role: 'doc', owner: root},
	'/usr/share/app/COPYING': {role: 'license', owner: root},
	'/var/lib/app': {role: 'plain', owner: {user: 'daemon', group: 'adm'}},
	'/var/lib/app/state.db': {role: 'ghost', owner: {user: 'daemon', group: 'daemon'}},
};

function marked(): NewPackage {
	const literal = pkg({
		'/etc/app/app.conf': {mode: 0o640, text: 'a = 1\n'},
		'/usr/share/app/GUIDE': 'how to\n',
		'/usr/share/app/COPYING': 'you may\n',
		'/usr/share/doc/app/README': 'read\n',
		'/var/lib/app/': {mode: 0o2750},
	});
	const content = {kind: 'bytes', bytes: new Uint8Array()} as const;
	const ghosts = [{kind: 'file', path: installPath('/var/lib/app/state.db'), mode: 0o600, content}] as const;
	const asMap = new Map(Object.entries(marks) as Array<[InstallPath, Mark]>);
	return {...literal, treatment: {...literal.treatment, marks: asMap, ghosts}};
}

const said = (command: string, ...args: readonly string[]) => execFileSync(command, args, {encoding: 'utf8'});
const lines = (text: string) => text.split('\n').filter(line => line !== '');

const debTest = withTools('dpkg-deb', 'tar');
const rpmTest = withTools('rpm');

debTest('a deb: names in its headers, a list of conffiles, no ghost, and no conffile in md5sums', async t => {
	const file = await pack(formatNamed('deb'), marked());
	const listed = lines(said('dpkg-deb', '-c', file)).map(line => line.replace(/\s+\d+ \d{4}-.*? \./, ' .').trim());
	t.true(listed.includes('-rw-r----- root/adm .../etc/app/app.conf'.replace('...', '.')), listed.join('\n'));
	t.true(listed.includes('drwxr-s--- daemon/adm ./var/lib/app/'), listed.join('\n'));
	t.false(listed.some(line => line.includes('state.db')));
	t.is(said('dpkg-deb', '-I', file, 'conffiles'), '/etc/app/app.conf\n');
	t.notRegex(said('dpkg-deb', '-I', file, 'md5sums'), /etc\/app/);
});

rpmTest('an rpm: what rpmbuild writes for %config, %doc, %license, %ghost and %attr', async t => {
	const file = await pack(formatNamed('rpm'), marked());
	const format =
		'[%{FILENAMES} %{FILEFLAGS} %{FILEVERIFYFLAGS:hex} %{FILEMODES:octal} %{FILEUSERNAME}:%{FILEGROUPNAME}\\n]';
	t.deepEqual(
		lines(said('rpm', '-qp', '--qf', format, file)).filter(line => !line.startsWith('/opt')),
		[
			'/etc/app 0 ffffffff 40755 root:root',
			'/etc/app/app.conf 17 ffffffff 100640 root:adm',
			'/usr/share/app 0 ffffffff 40755 root:root',
			'/usr/share/app/COPYING 128 ffffffff 100644 root:root',
			'/usr/share/app/GUIDE 2 ffffffff 100644 root:root',
			'/usr/share/doc/app 0 ffffffff 40755 root:root',
			'/usr/share/doc/app/README 2 ffffffff 100644 root:root',
			'/var/lib/app 0 ffffffff 42750 daemon:adm',
			'/var/lib/app/state.db 64 ffffffd8 100600 daemon:daemon',
		],
	);
	t.regex(said('rpm', '-qp', '--provides', file), /^config\(app\) = 1\.0-1$/m);
	t.regex(said('rpm', '-qp', '--requires', file), /^config\(app\) = 1\.0-1$/m);
	t.regex(said('rpm', '-K', '--nosignature', file), /digests OK/);
});

for (const name of ['deb', 'rpm', 'tar.gz']) {
	rpmTest(`${name}: what is read back says the same`, async t => {
		const artifact = await opened(await pack(formatNamed(name), marked()));
		const {declared, pkg: read} = artifact;
		t.deepEqual(declared.owners.get(installPath('/var/lib/app')), {user: 'daemon', group: 'adm'});
		t.deepEqual(declared.owners.get(installPath('/etc/app/app.conf')), {user: 'root', group: 'adm'});
		t.deepEqual(declared.conffiles, name === 'tar.gz' ? [] : [installPath('/etc/app/app.conf')]);
		t.false(read.tree.entries.some(({path}) => path.endsWith('state.db')));
		artifact.close();
	});
}

interface RelationCase {
	readonly format: string;
	readonly settings: SettingValues;
	/** What the tool shows of it. */
	readonly shows: RegExp;
}

const relations: Readonly<Record<string, RelationCase>> = {
	'pre-depends': {
		format: 'deb',
		settings: {'pre-depends': ['dpkg (>= 1.17.14)']},
		shows: /^ Pre-Depends: dpkg \(>= 1\.17\.14\)$/m,
	},
	recommends: {format: 'deb', settings: {recommends: ['curl | wget', 'jq']}, shows: /^ Recommends: curl \| wget, jq$/m},
	suggests: {format: 'deb', settings: {suggests: ['python3:any']}, shows: /^ Suggests: python3:any$/m},
	enhances: {format: 'deb', settings: {enhances: ['nginx']}, shows: /^ Enhances: nginx$/m},
	conflicts: {format: 'deb', settings: {conflicts: ['old']}, shows: /^ Conflicts: old$/m},
	breaks: {format: 'deb', settings: {breaks: ['old (<< 1:2.0~rc1)']}, shows: /^ Breaks: old \(<< 1:2\.0~rc1\)$/m},
	replaces: {format: 'deb', settings: {replaces: ['old']}, shows: /^ Replaces: old$/m},
	provides: {format: 'deb', settings: {provides: ['api (= 2)', 'web']}, shows: /^ Provides: api \(= 2\), web$/m},
	fields: {format: 'deb', settings: {fields: {Bugs: 'mailto:x@example.org'}}, shows: /^ Bugs: mailto:x@example\.org$/m},
	requires: {
		format: 'rpm',
		settings: {requires: ['libpq >= 15', '(a or b)']},
		shows: /^requires (?:.*\n)*requires libpq >= 15$/m,
	},
	'rpm recommends': {format: 'rpm', settings: {recommends: ['curl']}, shows: /^recommends curl$/m},
	'rpm suggests': {format: 'rpm', settings: {suggests: ['(curl if nginx)']}, shows: /^suggests \(curl if nginx\)$/m},
	supplements: {format: 'rpm', settings: {supplements: ['(a and b)']}, shows: /^supplements \(a and b\)$/m},
	'rpm enhances': {format: 'rpm', settings: {enhances: ['nginx']}, shows: /^enhances nginx$/m},
	'rpm conflicts': {format: 'rpm', settings: {conflicts: ['old < 2']}, shows: /^conflicts old < 2$/m},
	obsoletes: {format: 'rpm', settings: {obsoletes: ['old < 2']}, shows: /^obsoletes old < 2$/m},
	'rpm provides': {format: 'rpm', settings: {provides: ['api = 2', 'mod(x)']}, shows: /^provides api = 2$/m},
	tags: {
		format: 'rpm',
		settings: {tags: {BugURL: 'https://example.org/bugs'}},
		shows: /^bugs https:\/\/example\.org\/bugs$/m,
	},
};

for (const [title, {format, settings, shows}] of Object.entries(relations)) {
	(format === 'deb' ? debTest : rpmTest)(`relations: ${title}`, async t => {
		const file = await pack(formatNamed(format), pkg({}), {settings});
		t.regex(format === 'deb' ? said('dpkg-deb', '-I', file) : rpmSays(file), shows);
	});
}

function rpmSays(file: string): string {
	const kinds = ['requires', 'provides', 'recommends', 'suggests', 'supplements', 'enhances', 'conflicts', 'obsoletes'];
	const all = kinds.map(kind => said('rpm', '-qp', `--${kind}`, file).replaceAll(/^(?=.)/gm, `${kind} `));
	return [...all, said('rpm', '-qp', '--qf', 'bugs %{BUGURL}\\n', file)].join('\n');
}

const wrong: ReadonlyArray<readonly [format: string, settings: SettingValues, code: string]> = [
	['deb', {breaks: ['a | b']}, 'DEB_RELATION_INVALID'],
	['deb', {provides: ['a (>= 2)']}, 'DEB_RELATION_INVALID'],
	['deb', {recommends: ['a\nEssential: yes']}, 'DEB_RELATION_INVALID'],
	['deb', {fields: {Essential: 'yes'}}, 'DEB_FIELD_INVALID'],
	['deb', {fields: {Bugs: 'x\nEssential: yes'}}, 'DEB_FIELD_INVALID'],
	['deb', {fields: {'Bu gs': 'x'}}, 'DEB_FIELD_INVALID'],
	['deb', {fields: {depends: 'x'}}, 'DEB_FIELD_INVALID'],
	['rpm', {requires: ['a >> 2']}, 'RPM_RELATION_INVALID'],
	['rpm', {provides: ['(a or b)']}, 'RPM_RELATION_INVALID'],
	['rpm', {obsoletes: ['(a or b)']}, 'RPM_RELATION_INVALID'],
	['rpm', {recommends: ['a\u0000b']}, 'RPM_RELATION_INVALID'],
	['rpm', {conflicts: ['(a or b) or (c)']}, 'RPM_RELATION_INVALID'],
	['rpm', {tags: {Name: 'x'}}, 'RPM_FIELD_INVALID'],
	['rpm', {tags: {VCS: 'x\ny'}}, 'RPM_FIELD_INVALID'],
];

for (const [name, settings, code] of wrong) {
	debTest(`refused: ${JSON.stringify(settings)} for ${name}`, async t => {
		const format: Format = formatNamed(name);
		await t.throwsAsync(pack(format, pkg({}), {settings}), {code});
		const [[key = '', value]] = Object.entries(settings) as [[string, SettingValues[string]]];
		const rule = format.settings[key]?.rule;
		const texts = Array.isArray(value) ? value.map(text => ['', text]) : Object.entries(value);
		t.true(
			texts.some(([item, text]) => rule?.fits(text, item) === false),
			'the configuration refuses it as well',
		);
	});
}

rpmTest('bundled distributions are provided as rpm’s own generator writes their versions', async t => {
	const versions = {
		'zope.interface': '7.0',
		Flask_X: '2.0.0',
		pre: '1.0rc1',
		dev: '1.0.dev3',
		post: '1.0.post2',
		old: '1!2.0+x',
	};
	const distributions = Object.entries(versions).map(([name, version]): Distribution => {
		const none = {requiresPython: '', license: '', origin: 'index', wheel: '', sha256: '', scripts: []} as const;
		return {name, version, ...none};
	});
	const file = await pack(formatNamed('rpm'), {...pkg({}), distributions});
	t.deepEqual(
		lines(said('rpm', '-qp', '--provides', file)).filter(line => line.startsWith('bundled')),
		[
			'bundled(python3dist(dev)) = 1~~dev3',
			'bundled(python3dist(flask-x)) = 2',
			'bundled(python3dist(old)) = 1:2',
			'bundled(python3dist(post)) = 1^post2',
			'bundled(python3dist(pre)) = 1~rc1',
			'bundled(python3dist(zope-interface)) = 7',
		],
	);
});

rpmTest('a package owns the folders that have its name, unless every system has one of that name', async t => {
	const folders = async (name: string) => {
		const literal = pkg({[`/usr/share/${name}/sub/file`]: 'x'}, {metadata: {name}});
		const listed = lines(said('rpm', '-qp', '--qf', '[%{FILENAMES}\\n]', await pack(formatNamed('rpm'), literal)));
		return listed.filter(path => path.startsWith('/usr'));
	};
	t.deepEqual(await folders('app'), ['/usr/share/app', '/usr/share/app/sub', '/usr/share/app/sub/file']);
	t.deepEqual(await folders('doc'), ['/usr/share/doc/sub/file']);
});
