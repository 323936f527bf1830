import test from 'ava';
import {type BundlePart, fixedLayout, type Layout} from '../../src/model/layout.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {pathMaps} from '../../src/stage/backend/path-maps.ts';

const bundle = {libraries: true, keep: [] as readonly BundlePart[]};

/** What compilers write in place of a path of this machine: the last map that fits, as in GCC. */
function written(path: string, {from, target, layout}: {from: string; target: string; layout: Layout}): string {
	const python = {
		builder: hostPath(`${from}/bin/python3.11`),
		builderPrefix: hostPath(from),
		target: installPath(target),
		...{minor: '3.11', version: '3.11.7'},
	};
	const maps = pathMaps(hostPath('/tmp/b/build'), hostPath('/tmp/b'), {python, layout}, {HOME: '/home/ada'});
	const map = maps.findLast(([folder]) => path.startsWith(`${folder}/`));
	return map ? `${map[1]}${path.slice(map[0].length)}` : path;
}

const header = 'include/python3.11/cpython/bytesobject.h';
const says = test.macro((t, python: Parameters<typeof written>[1], expected: string) => {
	t.is(written(`${python.from}/${header}`, python), expected);
});

const pyenv = '/home/ada/.pyenv/versions/3.11.7';
const inside = '/opt/app/bin/python3.11';
test(
	'the header of an interpreter that stays here',
	says,
	{from: pyenv, target: '/usr/bin/python3.11', layout: fixedLayout},
	`/usr/${header}`,
);
test(
	'of one that comes along',
	says,
	{from: pyenv, target: inside, layout: {relocatable: false, bundle}},
	`/opt/app/${header}`,
);
test(
	'of one that comes along to anywhere',
	says,
	{from: pyenv, target: inside, layout: {relocatable: true, bundle}},
	`/python/${header}`,
);
test(
	'of Debian’s, which every machine may have',
	says,
	{from: '/usr', target: '/usr/bin/python3.11', layout: fixedLayout},
	`/usr/${header}`,
);
test(
	'of Debian’s that comes along',
	says,
	{from: '/usr', target: inside, layout: {relocatable: false, bundle}},
	`/opt/app/${header}`,
);
test(
	'of Debian’s that comes along to anywhere',
	says,
	{from: '/usr', target: inside, layout: {relocatable: true, bundle}},
	`/python/${header}`,
);

test('other headers of /usr are those of every machine', t => {
	const layout = {relocatable: false, bundle};
	t.is(written('/usr/include/zlib.h', {from: '/usr', target: inside, layout}), '/usr/include/zlib.h');
	t.is(written('/tmp/b/build/src/it/x.c', {from: '/usr', target: inside, layout}), './it/x.c');
});
