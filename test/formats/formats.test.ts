import test from 'ava';
import {formatNamed, formats} from '../../src/formats/formats.ts';

test('every format has a name of its own', t => {
	const names = formats.map(format => format.name);
	t.deepEqual(names, ['deb', 'rpm', 'tar.gz', 'tar.xz', 'tar.zst', 'zip', 'asar', 'dir']);
	t.deepEqual(
		names.map(name => formatNamed(name).name),
		names,
	);
});

test('an unknown one is refused with those there are', t => {
	t.like(
		t.throws(() => formatNamed('msi'), {code: 'FORMAT_UNKNOWN'}),
		{hint: 'choose from deb, rpm, tar.gz, tar.xz, tar.zst, zip, asar, dir'},
	);
});
