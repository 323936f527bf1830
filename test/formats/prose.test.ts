import test from 'ava';
import {proseOf} from '../../src/formats/prose.ts';
import {pkg} from '../helpers/package.ts';

const synopsis = test.macro((t, name: string, summary: string, expected: string) => {
	t.is(proseOf(pkg({}, {metadata: {name, summary}})).synopsis, expected);
});

test('a summary stays as it is', synopsis, 'app', 'Says hello', 'Says hello');
test('without its full stop', synopsis, 'app', 'Says hello.', 'Says hello');
test('without the name before it', synopsis, 'c++app', 'C++app: says hello', 'Says hello');
test('without “NAME is a”', synopsis, 'app', 'App is a tool that says hello', 'Tool that says hello');
test('without an article', synopsis, 'app', 'An open source tool', 'Open source tool');
test('a name that goes on is none', synopsis, 'app', 'apps: many', 'apps: many');
test('none at all', synopsis, 'app', '', 'Python application in an environment of its own');

test('a description that is the summary once more says where things are', t => {
	const {lines} = proseOf(pkg({}, {metadata: {summary: 'Says hello', description: 'Says hello.'}}));
	t.is(lines[0], 'This package installs app 1.0 in /opt/app, together with the Python');
});

test('with an interpreter inside it says whose Python it runs on', t => {
	const plain = pkg({}, {metadata: {summary: 'Says hello', description: 'Says hello.'}});
	const manifest = {...plain.manifest, layout: {relocatable: false, bundle: {libraries: true, keep: []}}};
	const {lines} = proseOf({...plain, manifest});
	t.regex(lines.join(' '), /and the Python 3\.11 that runs them\. .* it uses no Python and no Python package/);
});

test('a description that begins with the summary goes on after it', t => {
	const {lines} = proseOf(pkg({}, {metadata: {summary: 'Says hello', description: 'Says hello.\n\nTo everybody.'}}));
	t.deepEqual(lines, ['To everybody.']);
});
