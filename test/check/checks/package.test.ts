import test from 'ava';
import {packaging} from '../../../src/check/checks/package.ts';
import {type InterpreterRelation, interpreterRelation} from '../../../src/check/interpreter-relation.ts';
import {installPath} from '../../../src/model/paths.ts';
import {type ArtifactOptions, artifact, carriesAll, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';
import {smallElf} from '../../helpers/elf.ts';
import type {LiteralEntry} from '../../helpers/package.ts';

interface Given extends ArtifactOptions {
	readonly requires?: readonly string[];
	readonly fields?: Readonly<Record<string, string>>;
	readonly conffiles?: readonly string[];
	readonly files?: Readonly<Record<string, LiteralEntry>>;
}

const tells = test.macro({
	exec: async (t, given: Given, expected: string[]) => {
		const {requires = ['python3.11 (>= 3.11.2)'], fields = {}, conffiles = [], files = {}, ...options} = given;
		const subject = artifact(goodVenv(files), {
			format: 'deb',
			...options,
			declared: {
				relations: {requires},
				fields: new Map(Object.entries({Section: 'misc', ...fields})),
				conffiles: conffiles.map(installPath),
			},
		});
		t.deepEqual(told(await findingsOf(packaging, subject)), expected);
	},
	title: (name = '') => name,
});

test('the minor that the venv runs with', tells, {}, []);
test('no interpreter', tells, {requires: ['libc6']}, ['PACKAGE_INTERPRETER_UNDECLARED error /opt/app']);
test('another minor', tells, {requires: ['python3.12']}, ['PACKAGE_INTERPRETER_UNDECLARED error /opt/app']);
test('any Python 3', tells, {requires: ['python3']}, ['PACKAGE_INTERPRETER_LOOSE warning /opt/app']);
test('an interpreter of its own', tells, {requires: [], files: {'/opt/app/bin/python3.11': '\x7fELF'}}, []);
test(
	'an interpreter that no package brings',
	tells,
	{
		requires: [],
		files: {'/opt/app/bin/python3.11': {link: '/usr/local/bin/python3.11'}},
	},
	[],
);
test('a format without relations', tells, {requires: [], carries: {relations: false}}, []);

test(
	'for every machine, with a module for one',
	tells,
	{
		arch: 'any',
		files: {'/opt/app/lib/python3.11/site-packages/demo/x.abi3.so': smallElf()},
	},
	['PACKAGE_ARCH_WRONG error /opt/app/lib/python3.11/site-packages/demo/x.abi3.so'],
);
test('for every machine, with a program as data', tells, {arch: 'any', files: {'/opt/app/share/x': smallElf()}}, []);

test('an installed size that is about true', tells, {fields: {'Installed-Size': '100'}}, []);
test('one that is far off', tells, {fields: {'Installed-Size': '90000'}}, ['PACKAGE_SIZE_WRONG warning /opt/app']);
test('one of rpm, in bytes', tells, {fields: {SIZE: '99000000'}}, ['PACKAGE_SIZE_WRONG warning /opt/app']);

test('nobody to ask', tells, {metadata: {maintainer: ''}}, ['PACKAGE_FIELD_MISSING warning /opt/app']);
test('no section', tells, {fields: {Section: ''}}, ['PACKAGE_FIELD_MISSING warning /opt/app']);
test('no license, which many do not say', tells, {format: 'rpm', metadata: {license: ''}}, [
	'PACKAGE_FIELD_MISSING note /opt/app',
]);

test('a configuration file that is there', tells, {conffiles: ['/etc/demo.conf'], files: {'/etc/demo.conf': ''}}, []);
test('one that is not', tells, {conffiles: ['/etc/demo.conf']}, ['PACKAGE_CONFFILE_MISSING error /etc/demo.conf']);

test('a tarball is not asked', t => {
	const {unasked} = packaging;
	t.regex(unasked?.(artifact({}, {carries: {relations: false, metadata: false}})) ?? '', /no words/);
	t.is(unasked?.(artifact({}, {carries: carriesAll})), undefined);
});

const relation = test.macro({
	exec: (t, expected: InterpreterRelation, ...relations: string[]) => {
		t.is(interpreterRelation(relations, {path: '/usr/bin/python3.11', minor: '3.11'}), expected);
	},
	title: (_name, expected, ...relations) => `${relations.join(', ')} is ${expected}`,
});
test(relation, 'exact', 'python3.11');
test(relation, 'exact', 'python3.11-minimal (>= 3.11.2)');
test(relation, 'exact', 'python3.11:any (>= 3.11)');
test(relation, 'exact', 'python3.12 | python3.11');
test(relation, 'exact', 'python3 (>= 3.11)', 'python3 (<< 3.12)');
test(relation, 'exact', 'python(abi) = 3.11');
test(relation, 'exact', '/usr/bin/python3.11');
test(relation, 'exact', 'python3.11 >= 3.11.2');
test(relation, 'loose', 'python3 (>= 3.11)');
test(relation, 'loose', '/usr/bin/python3');
test(relation, 'loose', 'python3:any');
test(relation, 'none', 'python3.1');
test(relation, 'none', 'python3.110');
test(relation, 'none', 'python3-requests', 'rpmlib(FileDigests) <= 4.6.0-1');
test(relation, 'none', 'python(abi) = 3.12');
