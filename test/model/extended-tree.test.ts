import test from 'ava';
import fc from 'fast-check';
import {extendedTree} from '../../src/model/extended-tree.ts';
import {installPath} from '../../src/model/paths.ts';
import {type Entry, treeOf} from '../../src/model/tree.ts';

const file = (path: string): Entry => ({
	kind: 'file',
	path: installPath(path),
	mode: 0o644,
	content: {kind: 'bytes', bytes: new Uint8Array()},
});
const tree = treeOf([file('/opt/app/a'), file('/usr/bin/x')]);
const pathsOf = (entries: readonly Entry[]) => entries.map(({path}) => path as string);

test('what is added is sorted in, with the folders above it', t => {
	const {tree: more, added} = extendedTree(tree, [file('/usr/share/doc/app/copyright'), file('/etc/app.conf')]);
	t.deepEqual(pathsOf(added), [
		'/etc',
		'/etc/app.conf',
		'/usr/share',
		'/usr/share/doc',
		'/usr/share/doc/app',
		'/usr/share/doc/app/copyright',
	]);
	t.deepEqual(more, treeOf([...tree.entries, ...added]));
});

test('a folder that is there stays as it is', t => {
	const {tree: same, added} = extendedTree(tree, [{kind: 'directory', path: installPath('/opt/app'), mode: 0o700}]);
	t.is(same, tree);
	t.deepEqual(added, []);
});

test('a place that is taken is refused', t => {
	t.throws(() => extendedTree(tree, [file('/usr/bin/x')]), {instanceOf: RangeError, message: /\/usr\/bin\/x/});
	t.throws(() => extendedTree(tree, [file('/usr/bin/x/y')]), {instanceOf: RangeError, message: /\/usr\/bin\/x/});
	t.throws(() => extendedTree(tree, [file('/usr/bin')]), {instanceOf: RangeError, message: /\/usr\/bin/});
});

test('it is the tree of all entries', t => {
	const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c-d', 'c.d', 'c', 'é', 'z'), {maxLength: 7});
	fc.assert(
		fc.property(names, names, (one, other) => {
			const [before, more] = [one.map(name => file(`/1/${name}/x`)), other.map(name => file(`/1/${name}/y`))];
			t.deepEqual(extendedTree(treeOf(before), more).tree, treeOf([...before, ...more]));
		}),
	);
});
