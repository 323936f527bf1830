import {smallElf} from '../helpers/elf.ts';
import {module, needing, program} from './carried.ts';
import {minor, type Piece, prefix, site, stdlib} from './place.ts';

const carried = (piece: Omit<Piece, 'isCarried'>): Piece => ({...piece, isCarried: true});
const values = `${stdlib}/_sysconfigdata__linux_x86_64-linux-gnu.py`;
const config = `${prefix}/pyvenv.cfg`;
const manifest = `${prefix}/venvpack.json`;
/** What stands in the manifest and changes is also told by that, and bytecode by its source. */
const compiled = `${stdlib}/__pycache__`;
const added = (code: string, path: string, content: string | Uint8Array, severity?: Piece['severity']): Piece =>
	carried({code, path, breaks: it => it.put(path, content), ...(severity && {severity})});

/** What can be untrue of a tree with its interpreter inside, and of one that may lie anywhere. */
export const carriedPieces: readonly Piece[] = [
	carried({
		code: 'PYVENV_HOME_FIXED',
		path: config,
		breaks: it => it.edit(config, text => `home = ${prefix}/bin\n${text}`),
	}),
	carried({
		code: 'LAYOUT_STDLIB_INCOMPLETE',
		path: stdlib,
		breaks: it => it.remove(`${stdlib}/encodings/__init__.py`),
	}),
	carried({
		code: 'LAYOUT_SYSCONFIG_FOREIGN',
		path: values,
		also: [compiled],
		breaks: it => it.edit(values, text => text.replace(`_home + '/lib'`, `'/root/.pyenv/versions/3.11.7/lib'`)),
	}),
	carried({
		code: 'LAYOUT_SYSCONFIG_FOREIGN',
		path: `${prefix}/lib/pkgconfig/python-${minor}.pc`,
		breaks: it =>
			it.edit(`${prefix}/lib/pkgconfig/python-${minor}.pc`, text => text.replace(/^prefix=.*/, 'prefix=/usr/local')),
	}),
	added('LAYOUT_NAMES_PREFIX', `${prefix}/bin/start`, `#!/bin/sh\nexec ${prefix}/bin/app\n`),
	added('LAYOUT_NAMES_PREFIX', `${site}/more.pth`, `${prefix}/share/modules\n`),
	added('LAYOUT_NAMES_PREFIX', `${prefix}/etc/app.ini`, `data = ${prefix}/share\n`, 'warning'),
	added('SHEBANG_FIXED', `${prefix}/bin/tool`, `#!${program}\nprint('x')\n`),
	carried({
		code: 'LINK_ABSOLUTE',
		path: `${prefix}/share/x`,
		severity: 'error',
		breaks: it => it.link(`${prefix}/share/x`, config),
	}),
	carried({
		code: 'LINK_OUTSIDE',
		path: `${prefix}/share/x`,
		severity: 'error',
		breaks: it => it.link(`${prefix}/share/x`, '../../../usr/share/zoneinfo'),
	}),
	carried({
		code: 'ELF_RUNPATH_FIXED',
		path: program,
		breaks: it => it.put(program, smallElf({...needing, runpath: `${prefix}/lib`})),
	}),
	carried({
		code: 'ELF_RUNPATH_ABSOLUTE',
		path: module,
		severity: 'error',
		breaks: it => it.put(module, smallElf({needed: ['libssl.so.3'], runpath: '/root/.pyenv/versions/3.11.7/lib'})),
	}),
	added('ELF_GLIBC_CARRIED', `${prefix}/lib/libm.so.6`, smallElf({soname: 'libm.so.6'})),
	carried({
		code: 'ELF_LIBRARY_HIDDEN',
		path: module,
		breaks: it => it.put(module, smallElf({needed: ['libssl.so.3']})),
	}),
	carried({
		code: 'PACKAGE_INTERPRETER_NEEDLESS',
		path: prefix,
		breaks: it => it.control.set('Depends', `libc6 (>= 2.17), python${minor}`),
	}),
	carried({
		code: 'MANIFEST_DIFFERS',
		path: manifest,
		also: [program],
		breaks(it) {
			it.link(program, `/usr/bin/python${minor}`);
			it.control.set('Depends', `libc6 (>= 2.17), python${minor}`);
		},
	}),
];
