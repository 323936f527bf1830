import {type Piece, prefix} from './place.ts';

const told = (code: string, path: string, field: string, value: string): Piece => ({
	code,
	path,
	breaks: it => it.control.set(field, value),
});
const lying = (code: string, path: string, content: string | Uint8Array = 'x'): Piece => ({
	code,
	path: path.replace(/\/\.git\/.*|\/_cache\/.*/, match => match.slice(0, match.indexOf('/', 1))),
	breaks: it => it.put(path, content),
});

const megabyte = 1024 * 1024;

/** What the package says of itself, and what it should not hold. */
export const packagePieces: readonly Piece[] = [
	told('PACKAGE_INTERPRETER_UNDECLARED', prefix, 'Depends', 'libc6'),
	told('PACKAGE_INTERPRETER_LOOSE', prefix, 'Depends', 'python3'),
	told('PACKAGE_ARCH_WRONG', `${prefix}/bin/native`, 'Architecture', 'all'),
	told('PACKAGE_SIZE_WRONG', prefix, 'Installed-Size', '7000000'),
	told('PACKAGE_FIELD_MISSING', prefix, 'Section', ''),
	{
		code: 'PACKAGE_CONFFILE_MISSING',
		path: '/etc/app.conf',
		breaks: it => {
			it.conffiles = ['/etc/app.conf'];
		},
	},

	{
		code: 'JUNK_VCS',
		path: `${prefix}/share/.git`,
		breaks: it => it.put(`${prefix}/share/.git/HEAD`, 'ref: refs/heads/main\n'),
	},
	{code: 'JUNK_CACHE', path: `${prefix}/.mypy_cache`, breaks: it => it.put(`${prefix}/.mypy_cache/3.11/x.json`, '{}')},
	lying('JUNK_EDITOR', `${prefix}/share/.DS_Store`),
	lying('JUNK_INSTALLER', `${prefix}/.lock`, ''),
	lying('JUNK_ARCHIVE', `${prefix}/share/old.zip`, Buffer.alloc(21 * megabyte, 'x')),
	lying('JUNK_STATIC_LIBRARY', `${prefix}/lib/libx.a`, Buffer.alloc(2 * megabyte, 'x')),
	{
		code: 'JUNK_TESTS',
		path: `${prefix}/share/tests`,
		breaks: it => it.put(`${prefix}/share/tests/data.bin`, Buffer.alloc(101 * megabyte, 'x')),
	},
];
