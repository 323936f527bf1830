import test from 'ava';
import {possibleLoads} from '../../src/check/possible-loads.ts';
import {surveyedElf} from '../../src/check/survey/elf-files.ts';
import {decodeElf} from '../../src/codecs/elf.ts';
import {installPath} from '../../src/model/paths.ts';
import {smallElf} from '../helpers/elf.ts';
import {pkg} from '../helpers/package.ts';

const by = [installPath('/opt/app/a.py')];
const load = (name: string, files = 1) => ({name, by, files});
const elf = [surveyedElf(installPath('/opt/app/a.so'), decodeElf(smallElf({needed: ['libz.so.1', 'libssl.so.3']})))];
const {tree} = pkg({
	'/opt/app/lib/libfoo.so.1.2': 'x',
	'/opt/app/lib/libfoo.so.1': {link: 'libfoo.so.1.2'},
	'/opt/app/lib/libbar.so': 'x',
});

test('what an ELF file asks for is proven, and listed among the needs alone', t => {
	const loads = [load('libz.so'), load('libz.so.1'), load('/usr/lib/libssl.so.3'), load('libssl.so.1.1')];
	t.deepEqual(possibleLoads({elf, loads}, tree), [{...load('libssl.so.1.1'), inside: []}]);
});

test('a name with a version means that file; one without, any', t => {
	const inside = (name: string) => possibleLoads({elf, loads: [load(name)]}, tree)[0]?.inside;
	const [first, second] = [installPath('/opt/app/lib/libfoo.so.1'), installPath('/opt/app/lib/libfoo.so.1.2')];
	t.deepEqual(inside('libfoo.so'), [first, second]);
	t.deepEqual(inside('libfoo.so.1'), [first]);
	t.deepEqual(inside('./libbar.so'), [installPath('/opt/app/lib/libbar.so')]);
	t.deepEqual(inside('libfoo.so.2'), []);
});

test('those that are not inside come first, then those that most files name', t => {
	const loads = [load('liba.so'), load('libbar.so', 9), load('libb.so', 3)];
	t.deepEqual(
		possibleLoads({elf, loads}, tree).map(({name}) => name),
		['libb.so', 'liba.so', 'libbar.so'],
	);
});
