import test from 'ava';
import {copyrightLines} from '../../src/additions/copyright-lines.ts';
import {distInfosOf} from '../../src/additions/dist-info.ts';
import {noticesOf} from '../../src/additions/notices.ts';
import {readContent} from '../../src/host/read.ts';
import {pkg} from '../helpers/package.ts';

const site = '/opt/app/lib/python3.11/site-packages';

function notices(files: Readonly<Record<string, string>>) {
	const below = Object.entries(files).map(([path, text]) => [`${site}/${path}`, text] as const);
	const {tree} = pkg({'/opt/app/bin/one': '#!/bin/sh\n', '/opt/app/bin/other': '', ...Object.fromEntries(below)});
	return noticesOf(tree, distInfosOf(tree, readContent), readContent);
}

test('a distribution: licence, holders, the folders and files that are its own', t => {
	const [one, two] = notices({
		'one/__init__.py': '',
		'one/sub/x.py': '',
		'one.py': '',
		'shared/one.py': '',
		'shared/two.py': '',
		'one-1.0.dist-info/METADATA':
			'Name: One\nVersion: 1.0\nLicense-Expression: MIT\nHome-page: https://one.example\n\n',
		'one-1.0.dist-info/licenses/LICENSE': 'Copyright (c) 2020 Ann Other\r\n\r\nDo as you like.\n',
		'one-1.0.dist-info/RECORD':
			'one/__init__.py,,\none/sub/x.py,,\none.py,,\nshared/one.py,,\none-1.0.dist-info/METADATA,,\none-1.0.dist-info/licenses/LICENSE,,\none-1.0.dist-info/RECORD,,\n../../../bin/one,,\n',

		'two-2.dist-info/METADATA': 'Name: two\nVersion: 2\nAuthor: Bo\n\n',
		'two-2.dist-info/RECORD': 'shared/two.py,,\ntwo-2.dist-info/METADATA,,\ntwo-2.dist-info/RECORD,,\n',
	}).map(notice => ({...notice, texts: notice.texts.map(({path, text}) => `${path}: ${text}`)}));
	t.deepEqual(one, {
		name: 'One',
		version: '1.0',
		license: 'MIT',
		homepage: 'https://one.example',
		holders: ['2020 Ann Other'],
		folders: [`${site}/one`, `${site}/one-1.0.dist-info`],
		files: ['/opt/app/bin/one', `${site}/one.py`, `${site}/shared/one.py`],
		texts: [`${site}/one-1.0.dist-info/licenses/LICENSE: Copyright (c) 2020 Ann Other\n\nDo as you like.\n`],
	} as never);
	t.like(two, {holders: ['Bo'], folders: [`${site}/two-2.dist-info`], files: [`${site}/shared/two.py`], texts: []});
});

test('a licence that stands in METADATA alone, and a distribution that says nothing', t => {
	const text = 'Permission is granted\n to\n anybody\n who\n wants\n it\n at all';
	const [one, two] = notices({
		'one-1.dist-info/METADATA': `Name: one\nVersion: 1\nLicense: ${text.replaceAll('\n', '\n       |')}\n\n`,
		'two-1.dist-info/METADATA': 'Name: two\nVersion: 1\n\n',
	});
	t.is(one?.texts[0]?.text, text);
	t.deepEqual(two?.holders, ['the authors of two']);
	t.deepEqual(two?.texts, []);
});

test('statements of copyright are found, and what licences say of themselves is not', t => {
	const text = `Copyright (c) 2001-2020 Python Software Foundation. All Rights Reserved
   © 2019 Zoë
# Copyright 2018, Ann & Bo,
Copyright (C) 2007 Free Software Foundation, Inc. <https://fsf.org/>
Copyright [yyyy] [name of copyright owner]
Copyright (C) <year>  <name of author>
The above copyright notice and this permission notice shall be included
copyright owner 2004 that is granting the License.
 * Copyright (c) 2001-2020 Python Software Foundation. All rights reserved.
`;
	t.deepEqual(copyrightLines(text), ['2001-2020 Python Software Foundation.', '2019 Zoë', '2018, Ann & Bo']);
});
