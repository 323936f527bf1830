import test from 'ava';
import {requirementGraph} from '../../src/additions/requirement-graph.ts';
import {markerEnvironment} from '../../src/codecs/marker.ts';

const environment = markerEnvironment({version: '3.11.2', minor: '3.11', machine: 'x86_64'});
const graph = (
	installed: Readonly<Record<string, readonly string[]>>,
	wanted: Readonly<Record<string, string[]>> = {},
) =>
	Object.fromEntries(
		requirementGraph(
			Object.entries(installed).map(([name, requiresDist]) => ({name, requiresDist})),
			environment,
			new Map(Object.entries(wanted)),
		),
	);

test('an edge for each requirement that is installed', t => {
	t.deepEqual(graph({a: ['B_b>=1', 'absent'], 'b-b': []}), {a: ['b-b'], 'b-b': []});
});

test('markers count as the target sees them', t => {
	t.deepEqual(graph({a: ["b; python_version < '3.10'", "c; sys_platform == 'linux'"], b: [], c: []}).a, ['c']);
});

test('an extra counts where somebody asks for it, whoever comes first', t => {
	const installed = {a: ["b; extra == 'fast'"], b: [], z: ['a[fast]']};
	t.deepEqual(graph(installed).a, ['b']);
	t.deepEqual(graph({...installed, z: ['a']}).a, []);
	t.deepEqual(graph({a: ["b; extra == 'fast'"], b: []}, {a: ['fast']}).a, ['b']);
});

test('circles end, and what is no marker asks for nothing', t => {
	t.deepEqual(graph({a: ['b'], b: ['a[x]', 'c; no marker']}), {a: ['b'], b: ['a']});
});
