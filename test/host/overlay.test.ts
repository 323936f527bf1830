import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {OverlaidRoot} from '../../src/host/overlay.ts';
import {acceptRootfs, placeIn} from '../../src/host/rootfs.ts';
import {openSandbox} from '../../src/host/sandbox.ts';
import {hostPath} from '../../src/model/paths.ts';
import {cleanRoot} from '../helpers/clean-root.ts';
import {withTools} from '../helpers/tools.ts';

/** A root with a merged /usr, and a link that leads astray. */
function root(t: ExecutionContext): {readonly lower: string; readonly folder: string} {
	const place = mkdtempSync(join(realpathSync(tmpdir()), 'overlay-'));
	t.teardown(() => rmSync(place, {recursive: true, force: true}));
	const lower = join(place, 'lower');
	for (const folder of ['usr/lib/x', 'usr/bin', 'etc', 'opt']) {
		mkdirSync(join(lower, folder), {recursive: true});
	}

	symlinkSync('usr/lib', join(lower, 'lib'));
	symlinkSync('/etc', join(lower, 'astray'));
	writeFileSync(join(lower, 'usr/lib/x/file'), '');
	mkdirSync(join(place, 'ours'));
	return {lower, folder: join(place, 'ours')};
}

test('a path lies where the links of its root lead, and never outside of it', t => {
	const lower = hostPath(root(t).lower);
	t.is(placeIn(lower, '/lib/x/file'), '/usr/lib/x/file');
	t.is(placeIn(lower, '/lib/new/file'), '/usr/lib/new/file');
	t.is(placeIn(lower, '/opt/app/bin'), '/opt/app/bin');
	t.is(placeIn(lower, '/astray/passwd'), '/astray/passwd');
});

test('what is put into the root lies beside it, for everybody to read', t => {
	const {lower, folder} = root(t);
	const overlaid = new OverlaidRoot(hostPath(lower), hostPath(folder));
	writeFileSync(join(folder, 'file'), 'text');
	overlaid.put(hostPath(join(folder, 'file')), '/lib/y/file');
	const found = overlaid.find('/lib/y/file');
	t.is(found, hostPath(join(folder, 'upper/usr/lib/y/file')));
	t.is(statSync(join(folder, 'upper/usr/lib/y')).mode & 0o777, 0o755);
	t.false(overlaid.isOriginal('/lib/y/file'));
	t.true(overlaid.isOriginal('/lib/x/file'));
	t.is(overlaid.find('/lib/x/file'), hostPath(join(lower, 'usr/lib/x/file')));
	t.is(overlaid.find('/lib/z'), undefined);
});

for (const [wanted, fits] of [
	['bookworm', true],
	['trixie', true],
	['experimental.x-1', true],
	['Bookworm', false],
	['', false],
	['/nonexistent/root', false],
	['/', true],
] as const) {
	test(`${wanted || 'nothing'} ${fits ? 'may be' : 'is not'} a root`, t => {
		const accept = () => acceptRootfs(wanted);
		if (fits) {
			t.notThrows(accept);
		} else {
			t.throws(accept, {code: 'ROOTFS_INVALID'});
		}
	});
}

withTools(
	'root',
	'debootstrap',
	'unshare',
	'mount',
)('programs that are started together in one root take turns: each is whole, and what each wrote is there', async t => {
	const debian = await cleanRoot('bookworm');
	t.teardown(debian.close);
	const folder = mkdtempSync(join(realpathSync(tmpdir()), 'overlay-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	const overlaid = new OverlaidRoot(hostPath(debian.path), hostPath(folder));
	const sandbox = await openSandbox(overlaid.view(), {folder: hostPath(folder), tried: ['root']});
	if (!('run' in sandbox)) {
		t.fail(JSON.stringify(sandbox));
		return;
	}

	const numbers = Array.from({length: 16}, (_, at) => at);
	const ended = await Promise.all(
		numbers.map(at => sandbox.run(['/bin/sh', '-c', `echo ${at} >> /opt/list`], {seconds: 300})),
	);
	t.deepEqual(
		ended.filter(({code}) => code !== 0),
		[],
	);
	const list = overlaid.find('/opt/list');
	t.deepEqual(
		readFileSync(list ?? '', 'utf8')
			.split('\n')
			.filter(Boolean)
			.map(Number),
		numbers,
	);
});
