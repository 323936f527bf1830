import test from 'ava';
import type {Ground} from '../../src/additions/addition.ts';
import {exposed} from '../../src/additions/exposed.ts';
import {units} from '../../src/additions/units.ts';
import {ConfigError} from '../../src/model/errors.ts';
import {installPath} from '../../src/model/paths.ts';
import {type Literal, readLiteral, tree} from '../helpers/tree.ts';

interface Asked {
	readonly expose?: readonly [script: string, as: string][];
	/** Text of app.service. */
	readonly service?: string;
	readonly files?: Readonly<Record<string, Literal>>;
}

function ground({expose = [], service = '', files = {}}: Asked): Ground {
	const unit = {name: 'app.service', text: service, enable: true, start: true, onUpgrade: 'restart'} as const;
	const plan = {
		prefix: installPath('/opt/app'),
		metadata: {name: 'app'},
		expose: expose.map(([script, as]) => ({script, as})),
		units: service === '' ? [] : [unit],
		origins: {expose: 'venvpack.toml'},
	};
	return {
		plan: plan as unknown as Ground['plan'],
		tree: tree({'/opt/app/bin/app': '#!/bin/sh\n', '/opt/app/bin/python': {link: 'x'}, ...files}),
		...{distributions: [], libraries: [], scripts: [], taken: [], read: readLiteral},
	} as unknown as Ground;
}

test('a script on PATH is an absolute link', t => {
	t.deepEqual(exposed.of(ground({expose: [['app', 'other']]})).entries, [
		{kind: 'link', path: installPath('/usr/bin/other'), target: '/opt/app/bin/app'},
	]);
});

test('neither what is not there nor the interpreter is put on PATH', t => {
	for (const name of ['appp', 'python']) {
		const error = t.throws(() => exposed.of(ground({expose: [[name, name]]})), {instanceOf: ConfigError});
		t.is(error?.code, 'EXPOSE_UNKNOWN');
		t.regex(error?.hint ?? '', /app/);
	}
});

test('a unit brings its account, whose home is the first folder, and what a purge takes', t => {
	const service =
		'[Unit]\nDescription=An "app"\n[Service]\nUser=app\nExecStart=-/opt/app/bin/app\nStateDirectory=app app/x\nLogsDirectory=app\n';
	const added = units.of(ground({service}));
	t.deepEqual(added.accounts, [{name: 'app', description: 'An "app"', home: '/var/lib/app'}]);
	t.deepEqual(added.purged, ['/var/lib/app', '/var/lib/app/x', '/var/log/app'].map(installPath));
	const [, sysusers] = added.entries ?? [];
	t.is(sysusers?.path, installPath('/usr/lib/sysusers.d/app.conf'));
	const text = sysusers?.kind === 'file' ? Buffer.from(readLiteral(sysusers.content)).toString() : '';
	t.is(text, 'u app - "An  app " /var/lib/app\n');
	t.like(added.units?.[0], {path: '/usr/lib/systemd/system/app.service', installable: false});
});

test('nobody makes www-data, a number, or an account that comes and goes', t => {
	for (const lines of ['User=www-data', 'User=33', 'User=app\nDynamicUser=yes\nStateDirectory=app']) {
		const added = units.of(ground({service: `[Service]\nExecStart=/bin/true\n${lines}\n`}));
		t.deepEqual(added.accounts, []);
		t.is(added.entries?.length, 1);
		t.deepEqual(added.purged, lines.includes('State') ? ['/var/lib/app', '/var/lib/private/app'].map(installPath) : []);
	}
});

test('a unit that starts what is not there is refused, with the nearest script', t => {
	for (const line of ['ExecStart=/opt/app/bin/ap x', 'ExecStartPre=-!/opt/app/bin/ap']) {
		const error = t.throws(() => units.of(ground({service: `[Service]\n${line}\n`})), {instanceOf: ConfigError});
		t.is(error?.code, 'UNIT_PROGRAM_MISSING');
		t.is(error?.hint, 'did you mean "app"?');
	}
});
