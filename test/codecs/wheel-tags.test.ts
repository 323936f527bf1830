import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {decodeWheelName, encodeWheelName, isSdistName, sdistVersion} from '../../src/codecs/wheel-name.ts';
import {rankOf, supportedTags} from '../../src/codecs/wheel-tags.ts';
import {pythons, withReason} from '../helpers/tools.ts';

const bookworm = {minor: '3.11', machine: 'x86_64', libc: {family: 'glibc', version: '2.36'}} as const;

const best = (target: Parameters<typeof supportedTags>[0], ...names: string[]) => {
	const ranks = supportedTags(target);
	const ranked = names.map(name => {
		const wheel = decodeWheelName(name);
		return {name, rank: wheel && rankOf(wheel, ranks)};
	});
	return ranked.filter(({rank}) => rank !== undefined).sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0))[0]
		?.name;
};

test('prefers the own ABI to the stable one, and both to pure Python', t => {
	const names = [
		'a-1-py3-none-any.whl',
		'a-1-cp39-abi3-manylinux2014_x86_64.whl',
		'a-1-cp311-cp311-manylinux2014_x86_64.whl',
	];
	t.is(best(bookworm, ...names), names[2]);
	t.is(best(bookworm, ...names.slice(0, 2)), names[1]);
	t.is(best(bookworm, ...names.slice(0, 1)), names[0]);
});

test('prefers the newest manylinux that this glibc has, and takes none that is newer', t => {
	const names = [
		'a-1-cp311-cp311-manylinux_2_39_x86_64.whl',
		'a-1-cp311-cp311-manylinux_2_28_x86_64.whl',
		'a-1-cp311-cp311-manylinux1_x86_64.whl',
	];
	t.is(best(bookworm, ...names), names[1]);
});

test('takes no wheel of another minor, machine or C library', t => {
	for (const tag of [
		'cp312-cp312-manylinux2014_x86_64',
		'cp311-cp311-manylinux2014_aarch64',
		'cp311-cp311-musllinux_1_1_x86_64',
		'cp312-abi3-manylinux2014_x86_64',
		'cp311-cp311t-manylinux2014_x86_64',
		'py2-none-any',
	]) {
		t.is(best(bookworm, `a-1-${tag}.whl`), undefined, tag);
	}
});

test('takes musllinux where musl is, up to its version', t => {
	const alpine = {minor: '3.12', machine: 'aarch64', libc: {family: 'musl', version: '1.2'}} as const;
	const names = [
		'a-1-cp312-cp312-musllinux_1_1_aarch64.whl',
		'a-1-cp312-cp312-musllinux_1_2_aarch64.whl',
		'a-1-cp312-cp312-manylinux2014_aarch64.whl',
	];
	t.is(best(alpine, ...names), names[1]);
});

const withPip = pythons().filter(python => {
	try {
		execFileSync(python.path, ['-c', 'import pip._vendor.packaging.tags'], {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
});
const oracle = withReason(withPip.length === 0 ? 'a Python with pip' : '');

for (const python of withPip) {
	oracle(`says of ${python.version} (${python.origin}) what packaging.tags says, in its order`, t => {
		const question = `
import json, os, platform
from pip._vendor.packaging import tags
print(json.dumps([platform.machine(), os.confstr('CS_GNU_LIBC_VERSION').split()[1], [str(tag) for tag in tags.sys_tags()]]))`;
		const [machine, version, tags] = JSON.parse(execFileSync(python.path, ['-c', question], {encoding: 'utf8'})) as [
			string,
			string,
			string[],
		];
		const own = [...supportedTags({minor: python.minor, machine, libc: {family: 'glibc', version}}).keys()];
		// A tag that packaging has since version 22, later than some of these pips.
		const since22 = `cp${python.minor.replace('.', '')}-none-any`;
		const known = (list: readonly string[]) => list.filter(tag => tag !== since22).join('\n');
		t.true(known(own) === known(tags));
	});
}

const word = fc.stringMatching(/^[A-Za-z0-9_.]{1,12}$/);
const tags = fc.array(fc.stringMatching(/^[a-z0-9_]{1,8}$/), {minLength: 1, maxLength: 3});
const wheelName = fc.record({
	name: word,
	version: word,
	build: fc.option(fc.tuple(fc.nat(), fc.stringMatching(/^(?:[a-z_][a-z0-9_]{0,5})?$/)), {nil: undefined}),
	pythons: tags,
	abis: tags,
	platforms: tags,
});

test('a wheel name decodes to what it was encoded from', t => {
	t.notThrows(() =>
		fc.assert(fc.property(wheelName, wheel => t.deepEqual(decodeWheelName(encodeWheelName(wheel)), wheel))),
	);
});

test('tells an sdist by its ending, and its version by the name before it', t => {
	t.true(isSdistName('a-b-1.0.tar.gz'));
	t.false(isSdistName('a-1.0-py3-none-any.whl'));
	t.is(sdistVersion('a-b-1.0.tar.gz', 'A_b'), '1.0');
	t.is(sdistVersion('a-b-1.0.tar.gz', 'a'), 'b-1.0');
	t.is(sdistVersion('other-1.0.zip', 'a'), undefined);
});
