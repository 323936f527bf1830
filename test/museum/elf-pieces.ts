import {type SmallElf, smallElf} from '../helpers/elf.ts';
import {info, minor, type Piece, prefix, site, tool} from './place.ts';

const depends = (more: string) => (it: {control: Map<string, string>}) =>
	it.control.set('Depends', `${it.control.get('Depends')}, ${more}`);
/** A program in bin, which the loader will want. */
const program = (code: string, said: SmallElf, more?: ReturnType<typeof depends>): Piece => ({
	code,
	path: tool,
	breaks(it) {
		more?.(it);
		it.put(tool, smallElf({type: 2, interpreter: '/lib64/ld-linux-x86-64.so.2', ...said}));
	},
});
const other = minor === '3.9' ? '310' : '39';

/** Programs and libraries. */
export const elfPieces: readonly Piece[] = [
	program('ELF_GLIBC_TOO_NEW', {glibc: 'GLIBC_2.99'}),
	program('ELF_GLIBC_UNDECLARED', {glibc: 'GLIBC_2.20'}, depends('libc6 (>= 2.17)')),
	program('ELF_LIBPYTHON_MISSING', {needed: ['libpython3.7m.so.1.0']}),
	program('ELF_LIBRARY_UNDECLARED', {needed: ['libpq.so.5']}, depends('libxml2')),
	program('ELF_WRONG_MACHINE', {machine: 183}),
	program('ELF_MUSL', {interpreter: '/lib/ld-musl-x86_64.so.1'}),
	program('ELF_RUNPATH_ABSOLUTE', {runpath: '/srv/build/lib'}),
	{
		code: 'ELF_OTHER_PYTHON',
		path: `${site}/fast.cpython-${other}-x86_64-linux-gnu.so`,
		breaks(it) {
			const name = `fast.cpython-${other}-x86_64-linux-gnu.so`;
			it.put(`${site}/${name}`, smallElf());
			it.record(`${info}/RECORD`, name);
		},
	},
	{
		code: 'JUNK_CORE',
		path: `${prefix}/share/core.7`,
		breaks: it => it.put(`${prefix}/share/core.7`, smallElf({type: 4})),
	},
];
