import {execFileSync} from 'node:child_process';
import {compare} from '@renovatebot/pep440';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {debVersion} from '../../src/formats/deb/version.ts';
import {withTools} from '../helpers/tools.ts';

for (const [given, expected] of [
	['1.0', '1.0-1'],
	['1.0.dev1', '1.0~~dev1-1'],
	['1.0a1', '1.0~a1-1'],
	['1.0rc3', '1.0~rc3-1'],
	['1.0a1.dev1', '1.0~a1~dev1-1'],
	['1.0+loc', '1.0+loc-1'],
	['1.0+Ubuntu-1_2', '1.0+ubuntu.1.2-1'],
	['1.0.post1', '1.0++post1-1'],
	['1.0-2', '1.0++post2-1'],
	['1.0.post1.dev2', '1.0++post1~dev2-1'],
	['1.0rc1.post2+x', '1.0~rc1++post2+x-1'],
	['2!1.0', '2:1.0-1'],
	['v2024.01.05', '2024.01.05-1'],
	['20241121235959999999.1', '20241121235959999999.1-1'],
] as const) {
	test(`${given} becomes ${expected}`, t => {
		t.is(debVersion({version: given, release: '1'}), expected);
	});
}

test('what is no version or no revision is refused with the remedy', t => {
	t.like(
		t.throws(() => debVersion({version: '1.0-beta-lol', release: '1'}), {code: 'DEB_VERSION_INVALID'}),
		{exitCode: 2},
	);
	t.throws(() => debVersion({version: '1.0', release: '1-2'}), {code: 'DEB_RELEASE_INVALID'});
	t.throws(() => debVersion({version: '1.0', release: '1\nEssential: yes'}), {code: 'DEB_RELEASE_INVALID'});
});

const small = fc.nat({max: 11});
const optional = (make: (number: number) => string) => fc.option(small.map(make), {nil: ''});

/** Within what the mapping promises: releases of one length, local labels of one kind. */
function samples(labels: fc.Arbitrary<string>): string[] {
	const version = fc
		.tuple(
			fc.constantFrom('', '', '1!'),
			fc.tuple(fc.nat({max: 1}), small),
			fc.option(fc.tuple(fc.constantFrom('a', 'b', 'rc'), small), {nil: undefined}),
			optional(number => `.post${number}`),
			optional(number => `.dev${number}`),
			fc.option(fc.array(labels, {minLength: 1, maxLength: 3}), {nil: undefined}),
		)
		.map(([epoch, release, pre, post, dev, local]) =>
			[epoch, release.join('.'), pre?.join('') ?? '', post, dev, local ? `+${local.join('.')}` : ''].join(''),
		);
	const known = ['1.0', '1.0.dev1', '1.0a1', '1.0a1.dev1', '1.0.post1', '1.0.post1.dev2', '1.0rc1', '1.1', '1.1.dev0'];
	return [...new Set([...fc.sample(version, {numRuns: 30, seed: 440}), ...known])].sort(compare);
}

const inOrder = (t: ExecutionContext, labels: fc.Arbitrary<string>) => {
	const versions = samples(labels);
	const pairs = versions.flatMap((one, at) =>
		versions.slice(at + 1).map(other => {
			const relation = compare(one, other) === 0 ? 'eq' : 'lt';
			const [left, right] = [one, other].map(version => debVersion({version, release: '1'}));
			return `dpkg --compare-versions ${left} ${relation} ${right} || echo ${one} ${relation} ${other}`;
		}),
	);
	t.true(pairs.length > 400);
	t.is(execFileSync('sh', {input: pairs.join('\n'), encoding: 'utf8'}), '');
};
withTools('dpkg')('dpkg orders all pairs as PEP 440 does: words for labels', inOrder, fc.constantFrom('a', 'ab', 'x'));
withTools('dpkg')(
	'dpkg orders all pairs as PEP 440 does: numbers for labels',
	inOrder,
	fc.constantFrom('1', '9', '10'),
);
