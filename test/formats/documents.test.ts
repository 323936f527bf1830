import {execFileSync, spawnSync} from 'node:child_process';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {distInfosOf} from '../../src/additions/dist-info.ts';
import {noticesOf} from '../../src/additions/notices.ts';
import {decodeParagraphs} from '../../src/codecs/deb822.ts';
import {deb} from '../../src/formats/deb/index.ts';
import type {Format} from '../../src/formats/format.ts';
import {licenceExpression} from '../../src/formats/notices/licence-name.ts';
import {withoutCommon} from '../../src/formats/notices/licence-texts.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {readContent} from '../../src/host/read.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {debian12, writeOptions} from '../helpers/pack.ts';
import {type PackageOptions, pkg} from '../helpers/package.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const mit = (holder: string) =>
	`MIT License\n\nCopyright (c) 2020 ${holder}\n\nPermission is hereby granted.\n\n.dotted\n`;

/** Three distributions, the application among them; two have one licence with other names in it. */
function application(options: PackageOptions = {}): NewPackage {
	const distribution = (name: string, license: string, text: string) => ({
		[`${site}/${name}/x y*.py`]: '',
		[`${site}/${name}-1.0.dist-info/METADATA`]: `Name: ${name}\nVersion: 1.0\nLicense-Expression: ${license}\n\n`,
		[`${site}/${name}-1.0.dist-info/licenses/LICENSE`]: text,
		[`${site}/${name}-1.0.dist-info/RECORD`]: ['METADATA', 'licenses/LICENSE', 'RECORD']
			.map(file => `${name}-1.0.dist-info/${file},,\n`)
			.join('')
			.concat(`${name}/x y*.py,,\n`),
	});
	const made = pkg(
		{
			'/opt/app/bin/app': '#!/opt/app/bin/python\n',
			...distribution('app', 'MIT', mit('The App Authors')),
			...distribution('one', 'MIT', mit('One')),
			...distribution('two', 'MIT OR Apache-2.0', 'Two’s own words.\u0000\u000c\n'),
		},
		options,
	);
	return {...made, notices: noticesOf(made.tree, distInfosOf(made.tree, readContent), readContent)};
}

function own(format: Format, of: NewPackage): ReadonlyMap<string, Uint8Array> {
	const {entries} = format.own?.(of, writeOptions(format, of, {target: debian12})) ?? {entries: []};
	return new Map(entries.flatMap(entry => (entry.kind === 'file' ? [[entry.path, readContent(entry.content)]] : [])));
}

function text(files: ReadonlyMap<string, Uint8Array>, path: string): string {
	const bytes = files.get(path) ?? new Uint8Array();
	return Buffer.from(path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

test('copyright: the application first, then each distribution with its folders, each text once', t => {
	const [head, ...stanzas] = decodeParagraphs(text(own(deb, application()), '/usr/share/doc/app/copyright'));
	t.is(head?.get('Format'), 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/');
	const shown = stanzas.map(stanza => [stanza.get('Files'), stanza.get('Copyright'), stanza.get('License')]);
	t.deepEqual(shown, [
		['*', '2020 The App Authors', `MIT\n${mit('The App Authors').trimEnd().replace('.dotted', ' .dotted')}`],
		[
			'opt/app/lib/python3.11/site-packages/one/*\nopt/app/lib/python3.11/site-packages/one-1.0.dist-info/*',
			'2020 One',
			'MIT\nThe text is that of LICENSE of app above, but for the names of the holders.',
		],
		[
			'opt/app/lib/python3.11/site-packages/two/*\nopt/app/lib/python3.11/site-packages/two-1.0.dist-info/*',
			'the authors of two',
			'MIT or Apache-2.0\nTwo’s own words.',
		],
	]);
});

const hasPythonDebian = spawnSync('python3', ['-c', 'import debian.copyright']).status === 0;
(hasPythonDebian ? test : test.skip)(
	'python-debian reads the copyright file, strictly (skipped where it is not)',
	t => {
		const file = text(own(deb, application()), '/usr/share/doc/app/copyright');
		const program = `
import sys
from debian.copyright import Copyright
c = Copyright(sys.stdin, strict=True)
for f in c.all_files_paragraphs(): print(f.license.synopsis, '|', f.copyright)
print(c.find_files_paragraph('opt/app/lib/python3.11/site-packages/one/x.py').copyright)`;
		t.is(
			execFileSync('python3', ['-c', program], {input: file, encoding: 'utf8'}),
			'MIT | 2020 The App Authors\nMIT | 2020 One\nMIT or Apache-2.0 | the authors of two\n2020 One\n',
		);
	},
);

test('a licence of /usr/share/common-licenses is named, what stands around it stays', t => {
	const gpl = `Mine.\n\n                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n${'words\n'.repeat(1000)}END OF TERMS AND CONDITIONS\n how to <https://www.gnu.org/licenses/why-not-lgpl.html>.\nAnd more.\n`;
	t.is(
		withoutCommon(gpl),
		'Mine.\n\nOn Debian systems, the full text is in /usr/share/common-licenses/GPL-3.\nAnd more.\n',
	);
	t.is(withoutCommon('Under the Apache License, Version 2.0.\n'), 'Under the Apache License, Version 2.0.\n');
});

for (const [words, expression] of [
	['MIT', 'MIT'],
	['MIT License', 'MIT'],
	['Apache-2.0 OR (BSD-3-Clause AND ISC)', 'Apache-2.0 OR (BSD-3-Clause AND ISC)'],
	['Apache Software License', 'Apache-2.0'],
	['GPLv2+', 'GPL-2.0-or-later'],
	['BSD 3-Clause or Apache License, Version 2.0', 'BSD-3-Clause OR Apache-2.0'],
	['GNU General Public License v3 or later (GPLv3+)', 'GPL-3.0-or-later'],
	['Apache Software License OR BSD License', 'Apache-2.0 OR BSD'],
	['Do what you want', 'LicenseRef-Do-what-you-want'],
	['', ''],
] as const) {
	test(`the licence ${JSON.stringify(words)}`, t => t.is(licenceExpression(words), expression));
}

test('the changelog of the package: one entry, by the epoch; gzip without a time', t => {
	const files = own(deb, application({epoch: 0}));
	t.is(
		text(files, '/usr/share/doc/app/changelog.Debian.gz'),
		'app (1.0-1) unstable; urgency=medium\n\n  * app 1.0, release 1 of its package.\n\n -- Jo Doe <jo@example.org>  Thu, 01 Jan 1970 00:00:00 +0000\n',
	);
	t.deepEqual([...(files.get('/usr/share/doc/app/changelog.Debian.gz') ?? [])].slice(4, 10), [0, 0, 0, 0, 2, 3]);
});

test('the changelog of the application: its section for the version, and the whole beside it', t => {
	const changelog = {
		name: 'CHANGELOG.md',
		bytes: Buffer.from(
			'# Changes\n\n## [Unreleased]\n\n## [1.0] - 2026-01-02\n\n### Added\n\n- A [door](https://example.org), and\n  a window that is wide enough for everybody who may want to look out of it.\n- **Walls**.\n\n## [0.9]\n\n- Old.\n',
		),
	};
	const documented = {
		...application(),
		documents: {changelog, docs: [{name: 'README.md', bytes: Buffer.from('Hi\n')}]},
	};
	const files = own(deb, documented);
	t.true(
		text(files, '/usr/share/doc/app/changelog.Debian.gz').includes(
			'\n\n  * A door, and a window that is wide enough for everybody who may want to look\n    out of it.\n  * Walls.\n\n --',
		),
	);
	t.is(text(files, '/usr/share/doc/app/changelog.gz'), changelog.bytes.toString());
	t.is(text(files, '/usr/share/doc/app/README.md'), 'Hi\n');
	const inRpm = own(rpm, documented);
	t.is(text(inRpm, '/usr/share/doc/app/CHANGELOG.md'), changelog.bytes.toString());
	t.true(text(inRpm, '/usr/share/licenses/app/copyright').includes('\nFiles: *\n'));
});

test('rpm marks the licences where they lie', t => {
	const app = application();
	const {marks} = rpm.own?.(app, writeOptions(rpm, app)) ?? {marks: new Map()};
	t.deepEqual(
		[...marks].map(([path, {role}]) => `${role} ${path}`),
		[
			'/usr/share/licenses/app/copyright',
			...['app', 'one', 'two'].map(name => `${site}/${name}-1.0.dist-info/licenses/LICENSE`),
		].map(path => `license ${path}`),
	);
});

test('a file that holds one licence many times names it each time, and keeps what stands between', t => {
	const apache = [
		'                                 Apache License',
		'                           Version 2.0, January 2004',
		'   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION',
		'words of it '.repeat(400),
		'   END OF TERMS AND CONDITIONS',
	].join('\n');
	const short = withoutCommon(`first 1.0\n${apache}\nMIT of somebody\n${apache}\nthe end`);
	t.is(short.match(/common-licenses\/Apache-2\.0/g)?.length, 2);
	t.regex(short, /^first 1\.0\n[^\n]*Apache-2\.0\.\nMIT of somebody\n[^\n]*Apache-2\.0\.\nthe end$/);
	t.false(short.includes('TERMS AND CONDITIONS'));
});
