import test from 'ava';
import {manifest} from '../../../src/check/checks/manifest.ts';
import type {OpenedPackage} from '../../../src/model/package.ts';
import type {Entry} from '../../../src/model/tree.ts';
import {artifact, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';

const good = () => artifact(goodVenv(), {manifest: true});
const init = '/opt/app/lib/python3.11/site-packages/demo/__init__.py';
const own = '/opt/app/venvpack.json';

/** The same artifact, changed after it was built. */
function changed(subject: OpenedPackage, change: (entry: Entry) => readonly Entry[]): OpenedPackage {
	return {...subject, pkg: {...subject.pkg, tree: {entries: subject.pkg.tree.entries.flatMap(change)}}};
}

const bytes = (text: string) => ({kind: 'bytes', bytes: Buffer.from(text)}) as const;

test('what was built is right', async t => {
	t.deepEqual(await findingsOf(manifest, good()), []);
});

test('without a manifest nothing is said', async t => {
	t.deepEqual(await findingsOf(manifest, artifact(goodVenv())), []);
});

test('a changed file', async t => {
	const subject = changed(good(), entry =>
		entry.path === init && entry.kind === 'file' ? [{...entry, content: bytes('answer = 41\n')}] : [entry],
	);
	t.deepEqual(told(await findingsOf(manifest, subject)), [`MANIFEST_FILE_CHANGED error ${init}`]);
});

test('a file that is gone', async t => {
	const subject = changed(good(), entry => (entry.path === init ? [] : [entry]));
	t.deepEqual(told(await findingsOf(manifest, subject)), [`MANIFEST_FILE_ABSENT error ${init}`]);
});

test('a file that came later', async t => {
	const late = `${init}x` as typeof init & Entry['path'];
	const subject = changed(good(), entry =>
		entry.path === init && entry.kind === 'file' ? [entry, {...entry, path: late}] : [entry],
	);
	t.deepEqual(told(await findingsOf(manifest, subject)), [`MANIFEST_FILE_EXTRA error ${late}`]);
});

test('the manifest itself is gone', async t => {
	const subject = changed(good(), entry => (entry.path === own ? [] : [entry]));
	t.deepEqual(told(await findingsOf(manifest, subject)), [`MANIFEST_FILE_ABSENT error ${own}`]);
});

test('another name in the header', async t => {
	const {pkg, ...rest} = good();
	const subject = {...rest, pkg: {...pkg, manifest: pkg.manifest && {...pkg.manifest, name: 'other'}}};
	const findings = await findingsOf(manifest, subject);
	t.deepEqual(told(findings), [`MANIFEST_DIFFERS error ${own}`]);
	t.is(findings[0]?.message, 'says name "app", the package "other"');
});
