/** [[files]] and [[folders]]: what becomes of each table, and what is refused by file and key. */
import {execFileSync} from 'node:child_process';
import {chmodSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {filesOf} from '../../src/config/decide-files.ts';
import {loadConfig} from '../../src/config/load.ts';
import {ConfigError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {PlannedFile} from '../../src/model/planned-file.ts';
import {folder, formats, hello} from './world.ts';

const project = {
	'pyproject.toml': hello,
	'app.conf': 'a = 1\n',
	'share/b/c.txt': 'c',
	'share/a.txt': 'a',
	'share/.hidden': 'h',
	'share/run': '#!/bin/sh\n',
};

interface Case {
	/** Lines of venvpack.toml behind the prefix. */
	readonly tables: string;
	readonly prepare?: (root: string) => void;
	readonly environment?: Readonly<Record<string, string>>;
}

async function plannedOf(t: ExecutionContext, {tables, prepare, environment = {}}: Case): Promise<PlannedFile[]> {
	const root = folder(t, {...project, 'venvpack.toml': `prefix = "/opt/hello"\n${tables}`});
	chmodSync(join(root, 'share/run'), 0o775);
	prepare?.(root);
	const config = await loadConfig({project: root}, {formats, environment, cwd: hostPath(root)});
	return filesOf(config);
}

/** As `explain` has it. */
function line({kind, path, role, mode, user, group, source, target, formats: only}: PlannedFile): string {
	const parts = [kind, role, mode.toString(8), `${user}:${group}`, path, source, target, only?.join(',')];
	return parts.filter(part => part !== undefined).join(' ');
}

const accepted: Readonly<Record<string, Case & {readonly becomes: readonly string[]}>> = {
	'a file below /etc is a configuration file': {
		tables: '[[files]]\nsource = "app.conf"\npath = "/etc/hello/app.conf"',
		becomes: ['file conffile 644 root:root /etc/hello/app.conf app.conf'],
	},
	'unless it is said to be none': {
		tables: '[[files]]\nsource = "app.conf"\npath = "/etc/hello/app.conf"\ntype = "file"',
		becomes: ['file plain 644 root:root /etc/hello/app.conf app.conf'],
	},
	'a path with a slash at its end is a folder': {
		tables:
			'[[files]]\nsource = "./app.conf"\npath = "/usr/share/hello/"\nmode = "0640"\nowner = "daemon"\ngroup = "adm"',
		becomes: ['file plain 640 daemon:adm /usr/share/hello/app.conf app.conf'],
	},
	'a folder comes with all that is in it, links inside it as links': {
		tables: '[[files]]\nsource = "share"\npath = "/usr/share/hello"',
		prepare: root => symlinkSync('../a.txt', join(root, 'share/b/link')),
		becomes: [
			'directory plain 755 root:root /usr/share/hello',
			'file plain 644 root:root /usr/share/hello/.hidden share/.hidden',
			'file plain 644 root:root /usr/share/hello/a.txt share/a.txt',
			'directory plain 755 root:root /usr/share/hello/b',
			'file plain 644 root:root /usr/share/hello/b/c.txt share/b/c.txt',
			'link plain 777 root:root /usr/share/hello/b/link ../a.txt',
			'file plain 755 root:root /usr/share/hello/run share/run',
		],
	},
	'a glob stays within names': {
		tables: '[[files]]\nsource = "share/*.txt"\npath = "/usr/share/hello"\ntype = "doc"',
		becomes: ['file doc 644 root:root /usr/share/hello/a.txt share/a.txt'],
	},
	'two stars go into folders': {
		tables: '[[files]]\nsource = "share/**/*.txt"\npath = "/usr/share/hello"\nformats = ["deb"]',
		becomes: [
			'file plain 644 root:root /usr/share/hello/a.txt share/a.txt deb',
			'file plain 644 root:root /usr/share/hello/b/c.txt share/b/c.txt deb',
		],
	},
	'what [[folders]] says of the folder of a source counts': {
		tables:
			'[[files]]\nsource = "share"\npath = "/usr/share/hello"\n[[folders]]\npath = "/usr/share/hello/b"\nmode = "2750"',
		becomes: [
			'directory plain 2750 root:root /usr/share/hello/b',
			'directory plain 755 root:root /usr/share/hello',
			'file plain 644 root:root /usr/share/hello/.hidden share/.hidden',
			'file plain 644 root:root /usr/share/hello/a.txt share/a.txt',
			'file plain 644 root:root /usr/share/hello/b/c.txt share/b/c.txt',
			'file plain 755 root:root /usr/share/hello/run share/run',
		],
	},
	'links and ghosts need no source; a ghost may lie in /run': {
		tables:
			'[[files]]\ntype = "link"\npath = "/usr/bin/hi"\ntarget = "/opt/hello/bin/hi"\n' +
			'[[files]]\ntype = "ghost"\npath = "/run/hello/pid"\n[[files]]\ntype = "ghost"\npath = "/var/cache/hello/"',
		becomes: [
			'link plain 777 root:root /usr/bin/hi /opt/hello/bin/hi',
			'file ghost 644 root:root /run/hello/pid',
			'directory ghost 755 root:root /var/cache/hello',
		],
	},
	'two formats may have different files in one place': {
		tables:
			'[[files]]\nsource = "app.conf"\npath = "/usr/share/x"\nformats = ["deb"]\n' +
			'[[files]]\nsource = "share/a.txt"\npath = "/usr/share/x"\nformats = ["rpm"]',
		becomes: [
			'file plain 644 root:root /usr/share/x app.conf deb',
			'file plain 644 root:root /usr/share/x share/a.txt rpm',
		],
	},
	'the environment is expanded': {
		tables: `[[files]]\nsource = "\${WHICH}.conf"\npath = "/etc/\${WHICH}"\nmode = "\${MODE}"\nowner = "\${WHO}"`,
		environment: {WHICH: 'app', MODE: '0600', WHO: 'mail'},
		becomes: ['file conffile 600 mail:root /etc/app app.conf'],
	},
};

for (const [title, {becomes, ...world}] of Object.entries(accepted)) {
	test(title, async t => {
		t.deepEqual((await plannedOf(t, world)).map(line), becomes);
	});
}

const file = (path: string, more = '', source = 'app.conf') =>
	`[[files]]\nsource = ${JSON.stringify(source)}\npath = ${JSON.stringify(path)}\n${more}`;

const refused: Readonly<Record<string, Case & {readonly code: string; readonly key: string}>> = {
	'a source that is not there': {
		tables: file('/etc/x', '', 'nothing'),
		code: 'FILE_SOURCE_MISSING',
		key: 'files[0].source',
	},
	'a glob that fits nothing': {
		tables: file('/etc/x', '', '*.nothing'),
		code: 'FILE_SOURCE_MISSING',
		key: 'files[0].source',
	},
	'an absolute source': {
		tables: file('/etc/x', '', '/etc/passwd'),
		code: 'FILE_SOURCE_OUTSIDE',
		key: 'files[0].source',
	},
	'a source outside of the project': {
		tables: file('/etc/x', '', 'share/../../x'),
		code: 'FILE_SOURCE_OUTSIDE',
		key: 'files[0].source',
	},
	'a link that leaves the project': {
		tables: file('/etc/x', '', 'link'),
		prepare: root => symlinkSync('/etc/passwd', join(root, 'link')),
		code: 'FILE_SOURCE_OUTSIDE',
		key: 'files[0].source',
	},
	'a link in a folder that leaves the project': {
		tables: file('/usr/share/x', '', 'share'),
		prepare: root => symlinkSync('../../..', join(root, 'share/up')),
		code: 'FILE_SOURCE_OUTSIDE',
		key: 'files[0].source',
	},
	'an absolute link in a folder': {
		tables: file('/usr/share/x', '', 'share'),
		prepare: root => symlinkSync(join(root, 'app.conf'), join(root, 'share/here')),
		code: 'FILE_SOURCE_OUTSIDE',
		key: 'files[0].source',
	},
	'a link to nothing in a folder': {
		tables: file('/usr/share/x', '', 'share'),
		prepare: root => symlinkSync('gone', join(root, 'share/lost')),
		code: 'FILE_SOURCE_UNFIT',
		key: 'files[0].source',
	},
	'a pipe': {
		tables: file('/usr/share/x', '', 'share'),
		prepare: root => execFileSync('mkfifo', [join(root, 'share/pipe')]),
		code: 'FILE_SOURCE_UNFIT',
		key: 'files[0].source',
	},
	'a setuid file': {
		tables: file('/etc/x'),
		prepare: root => chmodSync(join(root, 'app.conf'), 0o4755),
		code: 'FILE_SOURCE_UNFIT',
		key: 'files[0].source',
	},
	'a name that is no UTF-8': {
		tables: file('/usr/share/x', '', 'share'),
		prepare: root => writeFileSync(Buffer.concat([Buffer.from(`${root}/share/`), Buffer.from([0xff, 0xfe])]), ''),
		code: 'FILE_SOURCE_UNFIT',
		key: 'files[0].source',
	},
	'a name with a line break': {
		tables: file('/usr/share/x', '', 'share'),
		prepare: root => writeFileSync(join(root, 'share/a\nb'), ''),
		code: 'FILE_SOURCE_UNFIT',
		key: 'files[0].source',
	},
	'a relative path': {tables: file('etc/x'), code: 'FILE_PATH_INVALID', key: 'files[0].path'},
	'a path with ..': {tables: file('/etc/../x'), code: 'FILE_PATH_INVALID', key: 'files[0].path'},
	'a path with a control character': {tables: file('/etc/a\nb'), code: 'FILE_PATH_INVALID', key: 'files[0].path'},
	'a path that is too long': {
		tables: file(`/etc/${'x'.repeat(256)}`),
		code: 'FILE_PATH_INVALID',
		key: 'files[0].path',
	},
	'the root': {tables: '[[folders]]\npath = "/"', code: 'FILE_PATH_SYSTEM', key: 'folders[0].path'},
	'/proc': {tables: file('/proc/x'), code: 'FILE_PATH_SYSTEM', key: 'files[0].path'},
	'/run': {tables: file('/run/x'), code: 'FILE_PATH_SYSTEM', key: 'files[0].path'},
	'the database of dpkg': {tables: file('/var/lib/dpkg/info/x'), code: 'FILE_PATH_SYSTEM', key: 'files[0].path'},
	'the place of the manifest': {
		tables: file('/opt/hello/venvpack.json'),
		code: 'FILE_PATH_TWICE',
		key: 'files[0].path',
	},
	'one place twice': {
		tables: `${file('/etc/x')}\n${file('/etc/x', '', 'share/a.txt')}`,
		code: 'FILE_PATH_TWICE',
		key: 'files[1].path',
	},
	'a place below a file': {
		tables: `${file('/etc/x')}\n${file('/etc/x/y')}`,
		code: 'FILE_PATH_TWICE',
		key: 'files[1].path',
	},
	'a mode that is none': {tables: file('/etc/x', 'mode = "rw"'), code: 'FILE_MODE_INVALID', key: 'files[0].mode'},
	'a setuid mode': {tables: file('/etc/x', 'mode = "4755"'), code: 'FILE_MODE_INVALID', key: 'files[0].mode'},
	'a setuid folder': {
		tables: '[[folders]]\npath = "/var/lib/x"\nmode = "4755"',
		code: 'FILE_MODE_INVALID',
		key: 'folders[0].mode',
	},
	'a number for an owner': {tables: file('/etc/x', 'owner = "0"'), code: 'FILE_OWNER_INVALID', key: 'files[0].owner'},
	'a name that useradd refuses': {
		tables: file('/etc/x', 'group = "Us:er"'),
		code: 'FILE_OWNER_INVALID',
		key: 'files[0].group',
	},
	'a format that there is not': {
		tables: file('/etc/x', 'formats = ["dep"]'),
		code: 'FORMAT_UNKNOWN',
		key: 'files[0].formats',
	},
	'a file without a source': {
		tables: '[[files]]\npath = "/etc/x"',
		code: 'FILE_TABLE_INVALID',
		key: 'files[0].source',
	},
	'a link without a target': {
		tables: '[[files]]\ntype = "link"\npath = "/etc/x"',
		code: 'FILE_TABLE_INVALID',
		key: 'files[0].target',
	},
	'a ghost with a source': {
		tables: file('/etc/x', 'type = "ghost"'),
		code: 'FILE_TABLE_INVALID',
		key: 'files[0].source',
	},
	'a key that there is not': {tables: file('/etc/x', 'user = "x"'), code: 'KEY_UNKNOWN', key: 'files[0].user'},
};

for (const [title, {code, key, ...world}] of Object.entries(refused)) {
	test(`refused: ${title}`, async t => {
		const error = await t.throwsAsync(plannedOf(t, world), {instanceOf: ConfigError, code});
		t.is(error?.key, key);
		t.regex(error?.file ?? '', /\/venvpack\.toml$/);
		t.notRegex(error?.message ?? '', /\n/);
	});
}
