import test from 'ava';
import {decodeOsRelease} from '../../src/codecs/os-release.ts';

test('reads quoted and bare values, and skips comments', t => {
	const text = `# a comment\nNAME="Rocky \\"Linux\\""\nID='rocky'\nVERSION_ID=9.4\nnot a line\nID_LIKE="rhel centos fedora"\n`;
	t.deepEqual(Object.fromEntries(decodeOsRelease(text)), {
		NAME: 'Rocky "Linux"',
		ID: 'rocky',
		VERSION_ID: '9.4',
		ID_LIKE: 'rhel centos fedora',
	});
});

test('an absent file says nothing', t => {
	t.is(decodeOsRelease('').size, 0);
});
