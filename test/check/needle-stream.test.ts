import test from 'ava';
import fc from 'fast-check';
import type {Needle} from '../../src/check/leak-needles.ts';
import {NeedleSearch} from '../../src/check/needle-search.ts';
import {NeedleStream} from '../../src/check/needle-stream.ts';

const needle = (text: string): Needle => ({code: 'LEAK_HOME', text, isPath: true, where: 'anywhere'});
const needles = ['/ab', '/ab/ab/b', '/ab/ab', '/bb', '/abba/abbbb', '/abba/abbba'].map(needle);

/** What the search must find, said simply: at each place the longest needle that is a whole path. */
function simply(text: string): Map<string, {offset: number; count: number}> {
	const found = new Map<string, {offset: number; count: number}>();
	for (let at = 0; at < text.length; at++) {
		const fits = needles
			.filter(({text: path}) => text.startsWith(path, at) && !/^(?:\.?[\w+~-])/.test(text.slice(at + path.length)))
			.sort((one, other) => other.text.length - one.text.length)[0];
		if (fits) {
			const known = found.get(fits.text);
			found.set(fits.text, {offset: known?.offset ?? at, count: (known?.count ?? 0) + 1});
		}
	}

	return found;
}

test('however the bytes are cut, the same is found', t => {
	const piece = fc.constantFrom('/ab', '/b', 'b', '/', ' ', '.', '/abba/abbb', '\0', 'x');
	const search = new NeedleSearch(needles);
	fc.assert(
		fc.property(
			fc.array(
				fc.array(piece, {maxLength: 9}).map(parts => parts.join('')),
				{maxLength: 9},
			),
			chunks => {
				const stream = new NeedleStream(search);
				for (const chunk of chunks) {
					stream.push(Buffer.from(chunk));
				}

				const hits = stream.close().map(({needle: {text}, offset, count}) => [text, {offset, count}] as const);
				t.deepEqual(new Map(hits), simply(chunks.join('')));
			},
		),
		{numRuns: 1000},
	);
});

test('no needles, nothing found', t => {
	const stream = new NeedleStream(new NeedleSearch([]));
	stream.push(Buffer.from('/ab'));
	t.deepEqual(stream.close(), []);
});
