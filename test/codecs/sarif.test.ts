import {readFileSync} from 'node:fs';
import test from 'ava';
import {sarifOf} from '../../src/codecs/sarif.ts';
import {type FindingKind, findingOf} from '../../src/model/findings.ts';
import {hostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import type {Verification} from '../../src/model/verification.ts';
import {violations} from '../helpers/json-schema.ts';

/** The schema of OASIS (sarif-2.1/schema/sarif-schema-2.1.0.json), without its descriptions. */
const schema = JSON.parse(readFileSync(new URL('../fixtures/sarif-2.1.0.schema.json', import.meta.url), 'utf8'));

const kind: FindingKind = {
	code: 'LINK_DANGLING',
	severity: 'error',
	title: 'a link',
	why: 'It breaks.',
	remedy: 'mend it',
};
const at = (path: string, offset?: number) => findingOf(kind, {path: path as InstallPath, message: 'found', offset});

const verification: Verification = {
	artifact: {
		file: hostPath('/tmp/x.deb'),
		format: 'deb',
		name: 'app',
		version: '1.0',
		prefix: installPath('/opt/app'),
		size: 1,
		files: 2,
		bytes: 3,
	},
	findings: [at('/opt/app/bin/x'), at('/opt/app/lib/ä #%?.py', 17), at('/opt/app/\uD800')],
	left: {LINK_DANGLING: 4},
	counts: {error: 7, warning: 0, note: 0},
	ignored: 0,
	questions: [{name: 'links', question: 'Do links lead somewhere?', kinds: [kind], part: 'static'}],
	unasked: [{check: 'digests', why: 'the format has none'}],
	unproven: [{check: 'imports', why: 'namespaces are not allowed'}],
	seconds: {static: 1},
};

const results = (document: unknown): unknown => JSON.parse(JSON.stringify(document)).runs[0].results;

test('keeps to the schema of OASIS', t => {
	t.deepEqual(violations(schema, JSON.parse(JSON.stringify(sarifOf(verification, '1.2.3')))), []);
	t.deepEqual(violations(schema, sarifOf({...verification, findings: [], questions: []}, '1.2.3')), []);
});

test('the schema can refuse', t => {
	const [run] = Object.values(sarifOf(verification, '1.2.3').runs ?? []);
	const broken = {version: '2.1.0', runs: [{...run, results: [{level: 'bad', message: {}}]}], more: 1};
	t.deepEqual(violations(schema, broken), [
		'$.more is unknown',
		'$.runs[0].results[0].level is "bad"',
		'$.runs[0].results[0].message fits none of anyOf: $.runs[0].results[0].message.text is missing; $.runs[0].results[0].message.id is missing',
	]);
});

test('paths are URIs that are relative to the root', t => {
	t.like(results(sarifOf(verification, '1.2.3')), [
		{locations: [{physicalLocation: {artifactLocation: {uri: 'opt/app/bin/x', uriBaseId: 'ROOT'}}}]},
		{
			locations: [
				{
					physicalLocation: {
						artifactLocation: {uri: 'opt/app/lib/%C3%A4%20%23%25%3F.py'},
						region: {byteOffset: 17},
					},
				},
			],
		},
		{locations: [{physicalLocation: {artifactLocation: {uri: 'opt/app/%EF%BF%BD'}}}]},
	]);
});

test('a result names its rule, and stays the same from build to build', t => {
	const [result] = results(sarifOf(verification, '1.2.3')) as [unknown];
	t.like(result, {
		ruleId: 'LINK_DANGLING',
		ruleIndex: 0,
		level: 'error',
		partialFingerprints: {'codeAndPath/v1': 'LINK_DANGLING:/opt/app/bin/x'},
	});
});
