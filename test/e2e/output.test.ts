import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {builder, type Place, place, type RunOptions, type Said, withBuilder} from '../helpers/built.ts';
import {sourceProject} from '../helpers/source-project.ts';

// Where the artifacts go: a folder that is not there, that nobody may write to, that is full, or that holds something of
// that name already. What was there before a refusal is there after it.

const test = await withBuilder();
const asRoot = await withBuilder('root', 'unshare', 'mount');

const args = ['build', '--quiet', '--offline', '--prefix', '/opt/app', '--python', builder?.path ?? ''];
const tarball = 'app-1.0-py3-none-any.tar.gz';
/** Beside it. */
const materials = `${tarball}.cdx.json`;

async function project(t: ExecutionContext, options: Parameters<typeof sourceProject>[0] = {}): Promise<Place> {
	const at = await place(t);
	for (const [name, text] of Object.entries(sourceProject(options))) {
		at.write(name, text);
	}

	return at;
}

/** Nothing but what is named lies in the folder, and the temporary folder is empty. */
function holds(t: ExecutionContext, at: Place, folder: string, content: Record<string, string>): void {
	t.deepEqual(at.look(folder), content);
	t.deepEqual(readdirSync(at.tmp), []);
	t.deepEqual(at.children(), []);
}

test('a folder that is not there is made, with those above it', async t => {
	const at = await project(t);
	const said = await at.run([...args, '--format', 'tar.gz', '--out', 'a/b/c']);
	t.is(said.code, 0, said.stderr);
	t.deepEqual(readdirSync(join(at.here, 'a/b/c')), [tarball, materials]);
});

test('an artifact of the same name is replaced, whatever it was', async t => {
	const at = await project(t);
	at.write(`dist/${tarball}`, 'the old one');
	t.is((await at.run([...args, '--format', 'tar.gz'])).code, 0);
	const made = readFileSync(join(at.here, 'dist', tarball));
	t.deepEqual([...made.subarray(0, 2)], [0x1f, 0x8b]);
	t.deepEqual(readdirSync(join(at.here, 'dist')), [tarball, materials]);

	// A link is replaced itself; what it points to may belong to somebody else.
	const other = at.write('other', 'not yours');
	at.write('linked/empty', '');
	symlinkSync(other, join(at.here, 'linked', tarball));
	t.is((await at.run([...args, '--format', 'tar.gz', '--out', 'linked'])).code, 0);
	t.is(readFileSync(other, 'utf8'), 'not yours');
	t.deepEqual(readFileSync(join(at.here, 'linked', tarball)), made);
});

test('a build that fails leaves the artifact of before', async t => {
	const at = await project(t, {instead: 'raise SystemExit("no such compiler: f77")'});
	at.write(`dist/${tarball}`, 'the old one');
	const said = await at.run([...args, '--format', 'tar.gz']);
	t.is(said.code, 2);
	t.regex(
		said.stderr,
		/^venvpack: HERE cannot be built: its backend failed in build_wheel:\n(?:.*\n)*.*no such compiler: f77\n→ /,
	);
	t.regex(said.stderr, /\n\[BUILD_FAILED: see docs\/errors\.md\]\n$/);
	holds(t, at, 'dist', {[tarball]: 'the old one'});
});

test('a place where no folder can be made', async t => {
	const at = await project(t);
	const said = await at.run([...args, '--format', 'tar.gz', '--out', '/proc/venvpack/deep']);
	t.regex(said.stderr, /^venvpack: the output folder \/proc\/venvpack\/deep cannot be made: ENOENT/);
	t.is(said.code, 3);
	t.deepEqual(readdirSync(at.tmp), []);
});

test('a file where the folder should be', async t => {
	const at = await project(t);
	at.write('out', 'a file');
	const said = await at.run([...args, '--format', 'tar.gz', '--out', 'out/deep']);
	t.is(
		said.stderr,
		"venvpack: the output folder HERE/out/deep cannot be made: EEXIST: file already exists, mkdir 'HERE/out'\n" +
			'→ choose another with --out\n[OUTPUT_UNWRITABLE: see docs/errors.md]\n',
	);
	t.is(said.code, 3);
	t.is(readFileSync(join(at.here, 'out'), 'utf8'), 'a file');
	t.deepEqual(readdirSync(at.tmp), []);
});

test('a folder of somebody in the place of the artifact', async t => {
	const at = await project(t);
	for (const format of ['dir', 'tar.gz']) {
		const name = format === 'dir' ? 'app-1.0' : tarball;
		at.write(`dist/${name}/precious.txt`, 'mine');
		const before = at.look('dist');
		const said = await at.run([...args, '--format', format]);
		t.is(
			said.stderr,
			`venvpack: HERE/dist/${name} is a folder that venvpack did not make\n` +
				'→ move it away, or choose another folder with --out\n[OUTPUT_OCCUPIED: see docs/errors.md]\n',
		);
		t.is(said.code, 3);
		holds(t, at, 'dist', before);
	}
});

/**
 * Runs venvpack where `mounts` (a line of shell, the place's folder being `$1`) hold, and lists the output folder before
 * they go away.
 */
async function mounted(
	at: Place,
	mounts: string,
	more: readonly string[],
	options: RunOptions = {},
): Promise<Said & {listing: string}> {
	const listing = join(at.here, 'listing');
	const script = `set -e; here=$1; shift; ${mounts}; set +e
		"$@"; code=$?
		for file in "$here"/dist/* "$here"/dist/.[!.]*; do
			[ -f "$file" ] && echo "$(basename "$file"): $(head -c 11 "$file" | tr -d '\\0')"
		done >${listing}
		exit $code`;
	const said = await at.run([...args, ...more], {
		through: ['unshare', '-m', 'sh', '-c', script, 'sh', at.here],
		...options,
	});
	return {...said, listing: readFileSync(listing, 'utf8')};
}

const noise = {payload: 12_000_000};

asRoot('a folder that cannot be written to', async t => {
	const at = await project(t);
	at.write(`dist/${tarball}`, 'the old one');
	for (const format of ['tar.gz', 'deb', 'rpm', 'dir']) {
		const said = await mounted(at, 'mount --bind -o ro "$here/dist" "$here/dist"', ['--format', format]);
		t.regex(said.stderr, /^venvpack: HERE\/dist.* cannot be written.*EROFS: read-only file system/, format);
		t.regex(said.stderr, /\n→ .*\n\[OUTPUT_UNWRITABLE: see docs\/errors\.md\]\n$/);
		t.is(said.code, 3);
		t.is(said.listing, `${tarball}: the old one\n`);
		t.deepEqual(readdirSync(at.tmp), []);
	}
});

for (const format of ['deb', 'rpm', 'tar.gz', 'tar.zst', 'dir']) {
	asRoot(`a full disk, ${format}`, async t => {
		const at = await project(t, noise);
		mkdirSync(join(at.here, 'dist'));
		const full = 'mount -t tmpfs -o size=10m tmpfs "$here/dist"; echo "the old one" >"$here/dist/old"';
		const said = await mounted(at, full, ['--format', format]);
		t.is(
			said.stderr.replace(/HERE\/dist\S*/, 'HERE/dist'),
			'venvpack: there is no space left in HERE/dist\n' +
				'→ make room there, or choose another folder: --out for the artifacts, TMPDIR for the stage\n' +
				'[DISK_FULL: see docs/errors.md]\n',
		);
		t.is(said.code, 3);
		t.is(said.listing, 'old: the old one\n');
		t.deepEqual(readdirSync(at.tmp), []);
	});
}

asRoot('a full temporary folder', async t => {
	const at = await project(t, noise);
	at.write(`dist/${tarball}`, 'the old one');
	for (const size of ['100k', '4m', '14m']) {
		const said = await mounted(at, `mount -t tmpfs -o size=${size} tmpfs "$here/../tmp"`, ['--format', 'tar.gz']);
		t.is(said.code, 3, `${size}: ${said.stderr}`);
		t.regex(said.stderr, /\n→ .*TMPDIR.*\n\[\w+: see docs\/errors\.md\]\n$/);
		t.is(said.listing, `${tarball}: the old one\n`);
	}
});

asRoot('a temporary folder that cannot be written to', async t => {
	const at = await project(t);
	const said = await mounted(at, 'mount --bind -o ro "$here/../tmp" "$here/../tmp"', ['--format', 'tar.gz']);
	t.is(
		said.stderr,
		'venvpack: no temporary folder can be made in TMP\n→ point TMPDIR at a folder that you can write to\n' +
			'[TEMPORARY_FOLDER: see docs/errors.md]\n',
	);
	t.is(said.code, 3);
});

asRoot('a cache that cannot be written to', async t => {
	const at = await project(t);
	const cache = join(at.here, '../cache');
	mkdirSync(cache);
	writeFileSync(join(cache, 'old'), '');
	const said = await mounted(at, 'mount --bind -o ro "$here/../cache" "$here/../cache"', ['--format', 'tar.gz']);
	t.regex(
		said.stderr,
		/^venvpack: \S+\/cache cannot be written to: EROFS: read-only file system, access '.*'\n→ .*VENVPACK_CACHE_DIR.*\n\[CACHE_UNWRITABLE: see docs\/errors\.md\]\n$/,
	);
	t.is(said.code, 3);
});
