import {execFileSync} from 'node:child_process';
import {compare} from '@renovatebot/pep440';
import test from 'ava';
import fc from 'fast-check';
import {evr, rpmVersion} from '../../src/formats/rpm/version.ts';
import {ArtifactError} from '../../src/model/errors.ts';
import {pythons, withReason, withTools} from '../helpers/tools.ts';

for (const [given, version, epoch = 0] of [
	['1.0', '1.0'],
	['1.0.dev1', '1.0~~dev1'],
	['1.0a1', '1.0~a1'],
	['1.0b2', '1.0~b2'],
	['1.0rc3', '1.0~rc3'],
	['1.0.alpha-1', '1.0~a1'],
	['1.0a1.dev1', '1.0~a1~dev1'],
	['1.0+loc', '1.0^0.loc'],
	['1.0+Ubuntu-1_2', '1.0^0.ubuntu.1.2'],
	['1.0.post1', '1.0^1.post1'],
	['1.0.post1.dev2', '1.0^1.post1~dev2'],
	['1.0rc1.post2+x', '1.0~rc1^1.post2^0.x'],
	['2!1.0', '1.0', 2],
	['v2024.01.05', '2024.01.05'],
] as const) {
	test(`${given} becomes ${epoch === 0 ? '' : `${epoch}:`}${version}`, t => {
		t.deepEqual(rpmVersion(given), {epoch, version});
	});
}

test('an epoch stands before the version, a release behind it', t => {
	t.is(evr(rpmVersion('2!1.0'), '3'), '2:1.0-3');
	t.is(evr(rpmVersion('1.0'), '1'), '1.0-1');
});

test('what is no version is refused with the remedy', t => {
	const error = t.throws(() => rpmVersion('1.0-beta-lol'), {instanceOf: ArtifactError});
	t.is(error?.code, 'RPM_VERSION_INVALID');
	t.is(error?.exitCode, 2);
});

const small = fc.nat({max: 11});
const optional = (make: (number: number) => string) => fc.option(small.map(make), {nil: ''});
/** Within what the mapping promises: releases of one length, local labels of one kind. */
const version = fc
	.tuple(
		fc.constantFrom('', '', '1!'),
		fc.tuple(small, small),
		fc.option(fc.tuple(fc.constantFrom('a', 'b', 'rc'), small), {nil: undefined}),
		optional(number => `.post${number}`),
		optional(number => `.dev${number}`),
		fc.option(fc.array(fc.constantFrom('a', 'ab', 'b', 'x'), {minLength: 1, maxLength: 3}), {nil: undefined}),
	)
	.map(([epoch, release, pre, post, dev, local]) =>
		[epoch, release.join('.'), pre?.join('') ?? '', post, dev, local ? `+${local.join('.')}` : ''].join(''),
	);

const versions = [
	...new Set([
		...fc.sample(version, {numRuns: 150, seed: 440}),
		...['1.0', '1.0.dev1', '1.0a1', '1.0a1.dev1', '1.0+loc', '1.0.post1', '1.0.post1.dev2', '1.0.post1+loc'],
		...['1.0a1.post1', '1.0a1.post1.dev1', '1.0rc1', '1.1.dev0', '1.1', '1.0.post0', '1!0.1', '1.0+a.b', '1.0+a'],
	]),
].sort(compare);

withTools('rpm')('rpm orders versions as PEP 440 does, over all pairs of some hundred', t => {
	const pairs = versions.flatMap(one => versions.map(other => [one, other] as const));
	const answers = vercmp(pairs.map(pair => pair.map(asked) as [string, string]));
	const wrong = pairs.filter(([one, other], at) => Math.sign(compare(one, other)) !== answers[at]);
	t.deepEqual(wrong, []);
});

const python = pythons().find(({origin}) => origin === 'pyenv')?.path;
withReason(python === undefined ? 'a Python with pip' : '')('pip has the same order', t => {
	const script = [
		'import json, sys',
		'from pip._vendor.packaging.version import Version as V',
		'given = json.loads(sys.argv[1])',
		'print(all(V(a) <= V(b) for a, b in zip(given, given[1:])))',
	].join('\n');
	t.is(execFileSync(python ?? '', ['-c', script, JSON.stringify(versions)], {encoding: 'utf8'}).trim(), 'True');
});

/** rpm.vercmp takes epochs too. */
function asked(given: string): string {
	const {epoch, version: mapped} = rpmVersion(given);
	return `${epoch}:${mapped}`;
}

function vercmp(pairs: readonly (readonly [string, string])[]): number[] {
	const script = pairs.map(([one, other]) => `print(rpm.vercmp("${one}","${other}").." ")`);
	const answers: number[] = [];
	for (let at = 0; at < script.length; at += 1000) {
		const lua = `%{lua:${script.slice(at, at + 1000).join('\n')}}`;
		const printed = execFileSync('rpm', ['--eval', lua], {encoding: 'utf8'});
		answers.push(...printed.trim().split(/\s+/).map(Number));
	}

	return answers;
}
