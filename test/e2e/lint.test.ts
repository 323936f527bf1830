import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {builder, place, withBuilder} from '../helpers/built.ts';
import {writeProject} from '../helpers/project.ts';
import {testKey} from '../helpers/signing-keys.ts';

const linted = await withBuilder('lintian', 'rpmlint', 'gpg');

linted('lintian and rpmlint are silent about a package, with what it brings for them', async t => {
	const at = await place(t);
	const ghost = '[[tool.venvpack.files]]\ntype = "ghost"\npath = "/var/lib/hello/state.db"\n';
	writeProject(at.here, {more: `[tool.venvpack]\nprefix = "/opt/hello"\ndocs = ["README.md"]\n${ghost}`});
	at.write('README.md', 'Hello.\n');
	at.write('CHANGELOG.md', '# Changes\n\n## 1.0\n\n- It says hello.\n');
	const said = await at.run(['build', '--python', builder?.path ?? '', '--format', 'deb,rpm', '--offline']);
	t.is(said.code, 0, said.stderr);
	const made = readdirSync(join(at.here, 'dist'));
	const file = (ending: string) => join(at.here, 'dist', made.find(name => name.endsWith(ending)) ?? '');
	const lintian = await execa('lintian', ['--allow-root', '--fail-on', 'error,warning', file('.deb')], {reject: false});
	t.deepEqual([lintian.stdout, lintian.exitCode], ['', 0]);
	const rpmlint = await execa('rpmlint', ['-c', file('.rpmlint.toml'), file('.rpm')], {reject: false});
	t.regex(rpmlint.stdout, / 0 errors, 0 warnings,/);
	const signed = await at.run(['sign', file('.deb'), '--key-file', testKey(t).file]);
	t.is(signed.code, 0, signed.stderr);
	const again = await execa('lintian', ['--allow-root', '--show-overrides', file('.deb')], {reject: false});
	t.regex(again.stdout, /^O: \S+: misplaced-extra-member-in-deb _gpgorigin /m);
	t.notRegex(again.stdout, /^[EW]: /m);
});

linted('and about one that brings its interpreter, for one place or for any', async t => {
	for (const layout of [[], ['--relocatable']]) {
		const at = await place(t);
		writeProject(at.here, {more: '[tool.venvpack]\nprefix = "/opt/hello"\nbundle-python = true\n'});
		const asked = ['--python', builder?.path ?? '', '--format', 'deb,rpm', '--compression-level', '1', '--offline'];
		const said = await at.run(['build', ...asked, ...layout]);
		t.is(said.code, 0, said.stderr);
		const made = readdirSync(join(at.here, 'dist'));
		const file = (ending: string) => join(at.here, 'dist', made.find(name => name.endsWith(ending)) ?? '');
		const lintian = await execa('lintian', ['--allow-root', '--fail-on', 'error,warning', file('.deb')], {
			reject: false,
		});
		t.deepEqual([lintian.stdout, lintian.exitCode], ['', 0]);
		const rpmlint = await execa('rpmlint', ['-c', file('.rpmlint.toml'), file('.rpm')], {reject: false});
		t.regex(rpmlint.stdout, / 0 errors, 0 warnings,/);
	}
});
