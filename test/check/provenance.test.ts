import test from 'ava';
import type {Check} from '../../src/check/check.ts';
import {type Provenance, provenanceOf} from '../../src/check/provenance.ts';
import type {OpenedPackage} from '../../src/model/package.ts';
import {installPath} from '../../src/model/paths.ts';
import {type ArtifactOptions, artifact, findingsOf, goodVenv, recordOf} from '../helpers/artifact.ts';
import type {LiteralEntry} from '../helpers/package.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const info = `${site}/demo-1.0.dist-info`;
const module = `${site}/demo/__init__.py`;

/** What a survey of an artifact tells of where its files came from. */
async function provenance(subject: OpenedPackage): Promise<Provenance> {
	let found: Provenance | undefined;
	const asking: Check = {
		...{name: 'asking', question: '', kinds: []},
		begin: () => ({
			finish(survey) {
				found = provenanceOf(survey);
				return [];
			},
		}),
	};
	await findingsOf(asking, subject);
	if (!found) {
		throw new RangeError('nothing was asked');
	}

	return found;
}

const came = test.macro({
	exec: async (
		t,
		path: string,
		expected: boolean,
		files: Readonly<Record<string, LiteralEntry | undefined>> = {},
		options: ArtifactOptions = {},
	) => {
		const found = await provenance(artifact(goodVenv(files), options));
		t.is(found.isDownloaded(installPath(path)), expected);
	},
	title: (name = '') => name,
});

test('a module with the hash of its row', came, module, true);
test('a module that was changed', came, module, false, {[module]: 'answer = 43\n'});
test('a file of no RECORD', came, '/opt/app/pyvenv.cfg', false);
test('a script, which the installer wrote', came, '/opt/app/bin/demo', false);
test('what the installer says of itself', came, `${info}/INSTALLER`, false);
test('bytecode, which the installer compiled', came, `${site}/demo/x.pyc`, false, {
	[`${site}/demo/x.pyc`]: 'x',
	[`${info}/RECORD`]: recordOf({[`${site}/demo/x.pyc`]: 'x'}, `${info}/RECORD`),
});
test('a program of a wheel', came, '/opt/app/bin/ruff', true, {
	'/opt/app/bin/ruff': '\x7fELF',
	[`${info}/RECORD`]: recordOf({'/opt/app/bin/ruff': '\x7fELF'}, `${info}/RECORD`),
});
test('what was installed from a folder', came, module, false, {
	[`${info}/direct_url.json`]: '{"url": "file:///home/ada/demo", "dir_info": {}}',
});
test('what a rule of relocation rewrote', came, module, false, {}, {manifest: true, rules: {[module]: ['text']}});

test('the manifest knows what was built on the spot', async t => {
	const subject = artifact(goodVenv(), {manifest: true});
	const {manifest} = subject.pkg;
	const text = (origin: string) =>
		`${JSON.stringify({
			...manifest,
			distributions: [{name: 'Demo', version: '1.0', license: '', origin, wheel: 'x', sha256: '0'.repeat(64)}],
			files: {},
		})}\n`;
	for (const [origin, expected] of [
		['index', true],
		['built', false],
		['file', false],
		['venv', true],
	] as const) {
		const found = await provenance(artifact(goodVenv({'/opt/app/venvpack.json': text(origin)})));
		t.is(found.isDownloaded(installPath(module)), expected, origin);
	}
});
