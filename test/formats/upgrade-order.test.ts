import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {deb} from '../../src/formats/deb/index.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

// Each step is an upgrade to the package managers themselves; the step back is refused.

const steps = [
	{version: '1.0.dev1', release: '1'},
	{version: '1.0rc1', release: '1'},
	{version: '1.0', release: '1'},
	{version: '1.0', release: '2~rc1'},
	{version: '1.0', release: '2'},
	{version: '1.0.post1', release: '1'},
	{version: '1.1', release: '1'},
	{version: '1!0.9', release: '1'},
	{version: '1!2.0rc1', release: '1'},
	{version: '1!2.0', release: '1'},
];

const sample = (step: (typeof steps)[number]) =>
	pkg({'/opt/app/bin/app': `#!/bin/sh\necho ${step.version}-${step.release}\n`}, {metadata: step});

function output(program: string, args: readonly string[]): string {
	return execFileSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

withTools('dpkg', 'root')(
	'dpkg upgrades from 1.0.dev1 over 1.0rc1, 1.0 and 1.0.post1 to 1!2.0, never back',
	async t => {
		const root = temporaryFolder();
		mkdirSync(join(root, 'var/lib/dpkg'), {recursive: true});
		writeFileSync(join(root, 'var/lib/dpkg/status'), '');
		const dpkg = (...args: string[]) => {
			const done = spawnSync('dpkg', [`--root=${root}`, '--force-depends', ...args], {encoding: 'utf8'});
			return {status: done.status, said: `${done.stdout}${done.stderr}`};
		};
		let before = '';
		for (const step of steps) {
			const file = await pack(deb, sample(step));
			const {status, said} = dpkg('--refuse-downgrade', '-i', file);
			t.is(status, 0, said);
			t.notRegex(said, /downgrad/i);
			t.is(output(join(root, 'opt/app/bin/app'), []), `${step.version}-${step.release}\n`);
			if (before !== '') {
				t.regex(dpkg('--refuse-downgrade', '-i', before).said, /[Ww]ill not downgrade/);
			}

			before = file;
		}

		t.is(output('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '-W', '-f', '$' + '{Version}', 'app']), '1:2.0-1');
	},
);

withTools('rpm', 'root')('rpm upgrades from 1.0.dev1 over 1.0rc1, 1.0 and 1.0.post1 to 1!2.0, never back', async t => {
	const root = join(temporaryFolder(), 'root');
	const call = (...args: string[]) => output('rpm', ['--root', root, ...args]);
	let before = '';
	for (const step of steps) {
		const file = await pack(rpm, sample(step));
		call('-U', '--nodeps', file);
		t.is(output(join(root, 'opt/app/bin/app'), []), `${step.version}-${step.release}\n`);
		if (before !== '') {
			const back = spawnSync('rpm', ['--root', root, '-U', '--nodeps', before], {encoding: 'utf8'});
			t.not(back.status, 0);
			t.regex(back.stderr, /newer than .* is already installed/);
		}

		before = file;
	}

	t.is(call('-q', '--qf', '%{EVR}', 'app'), '1:2.0-1');
});
