import test from 'ava';
import {carriedNotices} from '../../src/additions/carried.ts';
import {encodeSbom} from '../../src/codecs/cyclonedx.ts';
import {packageUrl} from '../../src/codecs/package-url.ts';
import type {CarriedPart} from '../../src/model/carried-part.ts';
import {installPath} from '../../src/model/paths.ts';
import {tree} from '../helpers/tree.ts';

const prefix = installPath('/opt/app');
const interpreter: CarriedPart = {
	kind: 'interpreter',
	name: 'cpython',
	version: '3.11.7',
	license: 'PSF-2.0',
	files: ['/opt/app/bin/python3.11', '/opt/app/lib/python3.11/json/__init__.py', '/opt/app/lib/python3.11/os.py'].map(
		installPath,
	),
	texts: [{name: 'LICENSE.txt', text: 'Copyright (c) 2001-2023 Python Software Foundation.\nAll Rights Reserved\n'}],
};
const ssl: CarriedPart = {
	kind: 'libraries',
	name: 'libssl3',
	version: '3.0.19-1~deb12u2',
	license: '',
	package: {
		manager: 'deb',
		distribution: 'debian',
		release: 'debian-12',
		name: 'libssl3',
		version: '3.0.19-1~deb12u2',
		arch: 'amd64',
		license: '',
	},
	files: [installPath('/opt/app/lib/libssl.so.3')],
	texts: [{name: 'copyright', text: 'Copyright: 1998-2022 The OpenSSL Project\n'}],
};

test('what came along is told from what was installed into its folders', t => {
	const whole = tree({
		'/opt/app/bin/python3.11': 'elf',
		'/opt/app/lib/libssl.so.3': 'elf',
		'/opt/app/lib/python3.11/os.py': 'x',
		'/opt/app/lib/python3.11/json/__init__.py': 'x',
		'/opt/app/lib/python3.11/site-packages/app.py': 'x',
	});
	const [python, library] = carriedNotices([interpreter, ssl], {tree: whole, prefix});
	t.deepEqual(python?.folders.map(String), ['/opt/app/bin', '/opt/app/lib/python3.11/json']);
	t.deepEqual(python?.files.map(String), ['/opt/app/lib/python3.11/os.py']);
	t.deepEqual(python?.holders, ['2001-2023 Python Software Foundation.']);
	t.deepEqual(library?.files.map(String), ['/opt/app/lib/libssl.so.3']);
	t.is(library?.texts[0]?.path, installPath('/opt/app/share/licenses/libssl3/copyright'));
});

test('a part is named as its distribution names it, else as it is published', t => {
	t.is(packageUrl(interpreter), 'pkg:generic/cpython@3.11.7');
	t.is(packageUrl(ssl), 'pkg:deb/debian/libssl3@3.0.19-1~deb12u2?arch=amd64&distro=debian-12');
	const archive = {name: 'x.tar.gz', sha256: 'ab', url: 'https://mirror.example/x.tar.gz'};
	t.is(
		packageUrl({...interpreter, archive}),
		'pkg:generic/cpython@3.11.7?checksum=sha256%3Aab&download_url=https%3A%2F%2Fmirror.example%2Fx.tar.gz',
	);
	t.is(packageUrl({...ssl, name: 'libmine.so.1', version: '', package: undefined}), 'pkg:generic/libmine.so.1');
});

test('the bill of materials: the application needs the interpreter, which needs the libraries', t => {
	const part = (one: CarriedPart, cpe: string) => ({
		...one,
		...{
			purl: packageUrl(one),
			cpe,
			sha256: '',
			binaries: [{name: 'libssl.so.3', path: 'lib/libssl.so.3', sha256: 'c'.repeat(64)}],
		},
	});
	const inventory = {
		...{name: 'app', version: '1', license: 'MIT', summary: '', epoch: 0, tool: '0', python: '3.11'},
		...{components: [], roots: []},
	};
	const cpe = 'cpe:2.3:a:python:python:3.11.7:*:*:*:*:*:*:*';
	const bom = JSON.parse(
		Buffer.from(encodeSbom({...inventory, carried: [part(interpreter, cpe), part(ssl, '')]})).toString(),
	);
	const [library, python] = bom.components;
	t.like(python, {type: 'platform', name: 'cpython', version: '3.11.7', purl: 'pkg:generic/cpython@3.11.7', cpe});
	t.deepEqual(python.licenses, [{license: {id: 'PSF-2.0'}}]);
	t.like(library, {type: 'library', name: 'libssl3', purl: packageUrl(ssl)});
	t.is(library.components[0].hashes[0].content, 'c'.repeat(64));
	const needs = new Map(
		bom.dependencies.map(({ref, dependsOn = []}: {ref: string; dependsOn?: string[]}) => [ref, dependsOn]),
	);
	t.deepEqual(needs.get('pkg:generic/app@1'), ['pkg:generic/cpython@3.11.7']);
	t.deepEqual(needs.get('pkg:generic/cpython@3.11.7'), [packageUrl(ssl)]);
	const bare = JSON.parse(Buffer.from(encodeSbom(inventory)).toString());
	t.deepEqual(bare.components ?? [], []);
});
