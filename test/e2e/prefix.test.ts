import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {execa} from 'execa';
import {builder, place, withBuilder} from '../helpers/built.ts';
import {pathOf, pythonOf} from '../helpers/tools.ts';
import {programWheel} from '../helpers/wheel.ts';

// Prefixes that are long or odd, but right: what is built for them is unpacked there, in a mount namespace where neither
// the builder's folders nor its interpreter can be seen, and its program is run as a user would.

/** Debian's own, which is the target's; the builder's is another where there is one. */
const target = pythonOf('3.11', 'system');
const python = pythonOf('3.11', 'pyenv') ?? builder;
const test = await withBuilder('root', 'unshare', 'mount', 'tar', target?.path ?? 'python3.11');

const shells = ['dash', 'bash', 'busybox'].map(pathOf).filter(shell => shell !== undefined);

/**
 * Unpacks the tarball `$1` to `/` with /opt and /srv private, hides the place `$2` and the builder's interpreters `$3`, and
 * runs the program `$4` with each of the shells that follow as /bin/sh.
 */
const script = `set -e
	tarball=$1; hidden=$2; pythons=$3; program=$4; shift 4
	for folder in /opt /srv; do mount -t tmpfs tmpfs "$folder"; done
	tar -C / -xpf "$tarball"
	for folder in "$hidden" "$pythons"; do [ -d "$folder" ] && mount -t tmpfs tmpfs "$folder"; done
	cd /
	echo "itself: $("$program")"
	for shell; do
		mount --bind "$shell" "$(readlink -f /bin/sh)"
		echo "$(basename "$shell"): $("$program")"
		umount "$(readlink -f /bin/sh)"
	done`;

async function runs(t: ExecutionContext, prefix: string): Promise<void> {
	const {here, tmp, write, run} = await place(t);
	const {name, bytes} = programWheel({name: 'tiny'});
	write(name, bytes);
	const flags = ['--prefix', prefix, '--format', 'tar.gz', '--python', python?.path ?? '', '--offline', '--quiet'];
	const said = await run(['build', name, ...flags, '--target-python', target?.path ?? '']);
	t.is(said.code, 0, said.stderr);
	t.is(said.stderr, '');

	const tarball = join(here, 'dist/tiny-1.0-py3-none-any.tar.gz');
	const pyenv = python?.origin === 'pyenv' ? join(python.path, '../..') : tmp;
	const program = `${prefix}/bin/tiny`;
	const {stdout} = await execa('unshare', [
		'-m',
		'bash',
		'-c',
		script,
		'bash',
		tarball,
		here,
		pyenv,
		program,
		...shells,
	]);
	const answer = `I live in ${prefix}`;
	t.deepEqual(stdout.split('\n'), [
		`itself: ${answer}`,
		...shells.map(shell => `${shell.slice(shell.lastIndexOf('/') + 1)}: ${answer}`),
	]);
}

/** A prefix of so many bytes. */
function long(bytes: number): string {
	const component = '/a-folder-with-a-name-that-goes-on';
	return `/opt${component.repeat(10)}`
		.slice(0, bytes - 1)
		.replace(/\/$/, '-')
		.concat('x');
}

test('plain', runs, '/opt/tiny');
test('below /srv, three deep', runs, '/srv/a/b/c');
test('with a space', runs, '/opt/my own app');
test('with quotes, a dollar, a backquote and a backslash', runs, '/opt/it\'s "odd" $HOME `id` \\n');
test('with what shells and printf take for their own', runs, '/opt/a&b;c|d*e?(f)[g]{h}~!#%s<i>');
test('not ASCII', runs, '/opt/größe-日本');
test('a component that begins with a dash', runs, '/opt/-tiny');
// The kernel reads 127 bytes of a shebang: "#!", the prefix, "/bin/python".
for (const bytes of [113, 114, 115, 116, 200, 300]) {
	test(`${bytes} bytes`, runs, long(bytes));
}
test('a component of 255 bytes', runs, `/opt/${'c'.repeat(255)}`);
test('300 bytes, with spaces', runs, long(300).replaceAll('-', ' '));

(await withBuilder())('a prefix with slashes too many is put right, and said', async t => {
	const at = await place(t);
	const {name, bytes} = programWheel({name: 'tiny'});
	at.write(name, bytes);
	const args = [name, '--prefix', '/opt//app/', '--format', 'tar.gz', '--python', builder?.path ?? '', '--offline'];
	const said = await at.run(['build', ...args]);
	t.is(said.code, 0, said.stderr);
	t.true(said.stderr.includes('\nnote: the prefix "/opt//app/" is taken as /opt/app\n'), said.stderr);
	t.regex(said.stdout, /^\ntiny 1\.0-1 at \/opt\/app \(any machine\)\n/);
});
