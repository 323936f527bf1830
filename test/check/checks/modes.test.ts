import test from 'ava';
import {modes} from '../../../src/check/checks/modes.ts';
import {installPath} from '../../../src/model/paths.ts';
import {artifact, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';

const file = test.macro({
	exec: async (t, mode: number, expected: string | undefined) => {
		const findings = await findingsOf(modes, artifact(goodVenv({'/opt/app/lib/x': {mode, text: 'x'}})));
		t.deepEqual(told(findings), expected === undefined ? [] : [`${expected} /opt/app/lib/x`]);
	},
	title: (name = '') => name,
});

const folder = test.macro({
	exec: async (t, mode: number, expected: string | undefined) => {
		const findings = await findingsOf(modes, artifact(goodVenv({'/opt/app/var/': {mode}})));
		t.deepEqual(told(findings), expected === undefined ? [] : [`${expected} /opt/app/var`]);
	},
	title: (name = '') => name,
});

test('a good venv has nothing to say', async t => {
	t.deepEqual(await findingsOf(modes, artifact(goodVenv())), []);
});

test('a plain file', file, 0o644, undefined);
test('a read-only file', file, 0o444, undefined);
test('a library with an executable bit', file, 0o755, undefined);
test('everybody may write', file, 0o666, 'MODE_WRITABLE error');
test('the group may write', file, 0o664, 'MODE_GROUP_WRITABLE warning');
test('nobody else may read', file, 0o600, 'MODE_CLOSED error');
test('a program that others may read and not run', file, 0o744, 'MODE_CLOSED error');
test('setuid', file, 0o4755, 'MODE_SETUID error');
test('setgid', file, 0o2755, 'MODE_SETUID error');

test('a plain folder', folder, 0o755, undefined);
test('a folder that everybody may write to', folder, 0o777, 'MODE_WRITABLE error');
test('one like /tmp', folder, 0o1777, 'MODE_GROUP_WRITABLE warning');
test('a folder that others may not enter', folder, 0o750, 'MODE_CLOSED error');
test('one that they may enter and not list', folder, 0o711, 'MODE_CLOSED error');

test('a program that nobody may run', async t => {
	const script = {mode: 0o644, text: '#!/bin/sh\n'};
	const files = goodVenv({
		'/opt/app/bin/x': script,
		'/opt/app/bin/y': {mode: 0o644, text: '\x7fELF'},
		'/opt/app/bin/activate': {mode: 0o644, text: '# source it\n'},
		'/opt/app/lib/x': script,
	});
	t.deepEqual(told(await findingsOf(modes, artifact(files))), [
		'MODE_NOT_EXECUTABLE error /opt/app/bin/x',
		'MODE_NOT_EXECUTABLE error /opt/app/bin/y',
	]);
});

test('another owner', async t => {
	const ada = {user: 'ada', group: 'ada'};
	const state = {user: 'app', group: 'app'};
	const owners = new Map([
		[installPath('/opt/app/bin/demo'), ada],
		[installPath('/var/lib/app'), state],
	]);
	const files = goodVenv({'/var/lib/app/': {mode: 0o750}});
	t.deepEqual(told(await findingsOf(modes, artifact(files, {declared: {owners}}))), [
		'OWNER_NOT_ROOT warning /opt/app/bin/demo',
	]);
});

test('the owner of a folder on the disk does not travel with it', async t => {
	const owners = new Map([[installPath('/opt/app/bin/demo'), {user: 'ada', group: 'ada'}]]);
	const subject = artifact(goodVenv(), {declared: {owners}, carries: {owners: false}});
	t.deepEqual(await findingsOf(modes, subject), []);
});

test('a secret of a service outside of the application may be closed', async t => {
	const files = goodVenv({'/etc/app/secret': {mode: 0o600, text: 'x'}});
	t.deepEqual(await findingsOf(modes, artifact(files)), []);
});

test('of a format that holds only what is executable, only that is asked', async t => {
	const files = goodVenv({
		'/opt/app/lib/x': {mode: 0o666, text: 'x'},
		'/opt/app/bin/x': {mode: 0o644, text: '#!/bin/sh\n'},
	});
	t.deepEqual(told(await findingsOf(modes, artifact(files, {carries: {modes: 'executable'}}))), [
		'MODE_NOT_EXECUTABLE error /opt/app/bin/x',
	]);
	t.is(modes.unasked?.(artifact(files, {carries: {modes: 'none'}})), 'the format holds no modes');
});
