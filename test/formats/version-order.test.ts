import {execFileSync} from 'node:child_process';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {debVersion} from '../../src/formats/deb/version.ts';
import {evr, rpmVersion} from '../../src/formats/rpm/version.ts';
import {pythons, withReason, withTools} from '../helpers/tools.ts';

// The limits of the guide: releases of one length, local labels of one kind. Within them pip's own `packaging` says which
// of two versions is the older, and dpkg and rpm have to say the same. Their orders are transitive, so neighbours in
// pip's order, and some that lie further apart, stand for all pairs.

const small = fc.oneof(fc.nat({max: 11}), fc.constantFrom('2024', '20241121235959123456', '007'));
const after = (word: string) => fc.option(small, {nil: undefined}).map(n => (n === undefined ? '' : `${word}${n}`));

function version(parts: number, label: fc.Arbitrary<string>): fc.Arbitrary<string> {
	return fc
		.tuple(
			fc.constantFrom('', '', '', '1!', '2!', '10!'),
			fc.tuple(
				fc.nat({max: 1}),
				...Array.from({length: parts - 1}, () => fc.oneof(fc.nat({max: 2}), fc.constantFrom('10'))),
			),
			fc.constantFrom('', '', 'a', 'b', 'rc', '.alpha', '-preview_'),
			small,
			fc.oneof(after('.post'), after('-'), after('.rev')),
			after('.dev'),
			fc.array(label, {maxLength: 3}),
		)
		.map(([epoch, release, kind, number, post, dev, local]) => {
			const pre = kind === '' ? '' : `${kind}${number}`;
			return `${epoch}${release.join('.')}${pre}${post}${dev}${local.length === 0 ? '' : `+${local.join('.')}`}`;
		});
}

const words = fc.constantFrom('a', 'ab', 'b', 'lab', 'Lab', 'x', 'dev', 'post', 'z');
const numbers = fc.constantFrom('0', '1', '9', '10', '0010', '20241121235959123456');

interface Pair {
	readonly one: string;
	readonly other: string;
	/** Below zero where pip takes the first for the older. */
	readonly order: number;
}

const python = pythons().find(({origin}) => origin === 'pyenv')?.path ?? '';
const script = `
import itertools, json, random, sys
from pip._vendor.packaging.version import Version
texts = sorted(json.load(sys.stdin), key=lambda text: (Version(text), text))
pairs = list(itertools.pairwise(texts)) if hasattr(itertools, 'pairwise') else list(zip(texts, texts[1:]))
random.seed(440)
pairs += [random.sample(texts, 2) for _ in range(len(texts))]
print(json.dumps([[a, b, (Version(a) > Version(b)) - (Version(a) < Version(b))] for a, b in pairs]))
`;

function pairsOf(parts: number, label: fc.Arbitrary<string>): Pair[] {
	const texts = [...new Set(fc.sample(version(parts, label), {numRuns: 160, seed: 440 + parts}))];
	const said = execFileSync(python, ['-c', script], {input: JSON.stringify(texts), encoding: 'utf8'});
	return (JSON.parse(said) as Array<[string, string, number]>).map(([one, other, order]) => ({one, other, order}));
}

const cases = [
	['two parts, words for labels', 2, words],
	['three parts, numbers for labels', 3, numbers],
] as const;

const withPip = (tool: string) => (python === '' ? withReason('a Python with pip') : withTools(tool));
for (const [title, parts, label] of cases) {
	withPip('dpkg')(`dpkg orders versions as pip does: ${title}`, (t: ExecutionContext) => {
		const pairs = pairsOf(parts, label);
		const lines = pairs.map(({one, other, order}) => {
			const [left, right] = [one, other].map(text => debVersion({version: text, release: '1'}));
			return `dpkg --compare-versions ${left} ${relation(order)} ${right} || echo ${one} ${relation(order)} ${other}`;
		});
		t.true(pairs.length > 200);
		t.is(execFileSync('sh', {input: lines.join('\n'), encoding: 'utf8'}), '');
	});

	withPip('rpm')(`rpm orders versions as pip does: ${title}`, (t: ExecutionContext) => {
		const pairs = pairsOf(parts, label);
		const asked = pairs.map(({one, other}) => {
			const [left, right] = [one, other].map(text => evr(rpmVersion(text), '1'));
			return `print(rpm.vercmp("${left}","${right}").." ")`;
		});
		const answers = execFileSync('rpm', ['--eval', `%{lua:${asked.join('\n')}}`], {encoding: 'utf8'});
		const orders = answers.trim().split(/\s+/).map(Number);
		t.is(orders.length, pairs.length);
		t.deepEqual(
			pairs.filter(({order}, at) => order !== orders[at]),
			[],
		);
	});
}

function relation(order: number): string {
	return order === 0 ? 'eq' : order < 0 ? 'lt' : 'gt';
}

/** Of one version, the packagings in their order. */
const releases = ['1~bookworm', '1', '1+deb12', '2~rc1', '2~rc2', '2', '10'];

withTools('dpkg')('dpkg orders releases: 2~rc1 comes before 2, and after 1', t => {
	const made = releases.map(release => debVersion({version: '1!2.0', release}));
	t.deepEqual(made.slice(0, 2), ['1:2.0-1~bookworm', '1:2.0-1']);
	for (const [at, one] of made.slice(1).entries()) {
		t.notThrows(() => execFileSync('dpkg', ['--compare-versions', made[at] ?? '', 'lt', one]), `${made[at]} < ${one}`);
	}
});

withTools('rpm')('rpm orders releases: 2~rc1 comes before 2, and after 1', t => {
	const made = releases.map(release => evr(rpmVersion('1!2.0'), release));
	const asked = made.slice(1).map((one, at) => `print(rpm.vercmp("${made[at]}","${one}").." ")`);
	const answers = execFileSync('rpm', ['--eval', `%{lua:${asked.join('\n')}}`], {encoding: 'utf8'});
	t.deepEqual(
		answers.trim().split(/\s+/).map(Number),
		asked.map(() => -1),
	);
});

test('a number that is larger than a double holds stays what it is', t => {
	t.is(debVersion({version: '1.0.dev20241121235959123456', release: '1'}), '1.0~~dev20241121235959123456-1');
	t.is(rpmVersion('1.0+20241121235959123456').version, '1.0^0.20241121235959123456');
});

test('an epoch that the packager cannot hold is refused', t => {
	t.is(debVersion({version: '2147483647!1.0', release: '1'}), '2147483647:1.0-1');
	t.throws(() => debVersion({version: '2147483648!1.0', release: '1'}), {code: 'DEB_VERSION_INVALID'});
	t.is(rpmVersion('4294967295!1.0').epoch, 4_294_967_295);
	t.throws(() => rpmVersion('4294967296!1.0'), {code: 'RPM_VERSION_INVALID'});
});
