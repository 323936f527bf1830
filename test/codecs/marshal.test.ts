import test from 'ava';
import fc from 'fast-check';
import {normalizeMarshal} from '../../src/codecs/marshal.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const normalized = test.macro((t, before: string, after: string) => {
	t.is(Buffer.from(normalizeMarshal(hex(before), '3.11')).toString('hex'), after.replaceAll(' ', ''));
});

// 29: a tuple of fewer than 256; 5a, 7a: an interned and another short string; 69: an int; 72: a reference; +80: flagged.
test('a flag that nobody refers to goes', normalized, 'a9 02 e9 01000000 4e', '29 02 69 01000000 4e');
test(
	'a flag that somebody refers to stays, and references are counted anew',
	normalized,
	'a9 03 e9 01000000 da 02 6162 72 02000000',
	'29 03 69 01000000 da 02 6162 72 00000000',
);
test('names of one character are marked as interned', normalized, '29 02 7a 01 61 5a 01 5f', '29 02 5a 01 61 5a 01 5f');
test('other texts of one character are not', normalized, '29 02 5a 01 2d fa 01 20', '29 02 7a 01 2d 7a 01 20');
test('the empty text is', normalized, '7a 00', '5a 00');
test('a Latin letter beyond ASCII is not', normalized, '74 02000000 c3a9', '75 02000000 c3a9');
test('longer texts keep their mark', normalized, '29 02 7a 02 6162 5a 02 6364', '29 02 7a 02 6162 5a 02 6364');
test(
	'the members of a frozenset are sorted, the first to come keeps the flag',
	normalized,
	'29 02 be 02000000 fa 02 6262 fa 02 6161 72 01000000',
	'29 02 3e 02000000 7a 02 6161 fa 02 6262 72 00000000',
);
test(
	'a reference that comes before what it refers to changes places with it',
	normalized,
	'3e 02000000 a9 02 fa 02 6262 4e a9 01 72 01000000',
	'3e 02000000 29 01 fa 02 6262 29 02 72 00000000 4e',
);

const refused = test.macro((t, bytes: string, message: RegExp) => {
	t.throws(() => normalizeMarshal(hex(bytes), '3.11'), {instanceOf: RangeError, message});
});
test('an unknown type is refused', refused, '29 01 3f', /unknown type 0x3f at 2/);
test('a reference to what is yet to come is refused', refused, '29 01 72 00000000', /yet to come/);
test('bytes after the end are refused', refused, '4e 4e', /of 1 bytes in a stream of 2/);

type Value =
	| {readonly leaf: string}
	| {readonly tuple: readonly Value[]}
	/** Members differ in their bytes, as those of a set do. */
	| {readonly set: readonly Value[]};

const leaf = fc
	.oneof(
		fc.constantFrom('4e', '54', '46', '2e'),
		fc.integer({min: 0, max: 255}).map(n => `69${n.toString(16).padStart(2, '0')}000000`),
		fc.stringMatching(/^[a-z]{2,5}$/).map(text => `5a0${text.length}${Buffer.from(text).toString('hex')}`),
		fc.constant('6c020000000100ff00'),
		fc.constant('67000000000000f03f'),
		fc.constant('73030000000102ff'),
	)
	.map(text => ({leaf: text}));
const value = fc.letrec<{value: Value}>(tie => ({
	value: fc.oneof(
		{depthSize: 'small', withCrossShrink: true},
		leaf,
		fc.array(tie('value'), {maxLength: 4}).map(tuple => ({tuple})),
		fc.uniqueArray(leaf, {maxLength: 5, selector: member => member.leaf}).map(set => ({set})),
	),
})).value;

/** Marshals as a process might: what it has seen before is referred to, flags and sets' orders come from `chance`. */
function marshal(root: Value, chance: () => number): Uint8Array {
	const seen = new Map<Value, number>();
	const uses = new Map<Value, number>();
	const count = (node: Value) => {
		uses.set(node, (uses.get(node) ?? 0) + 1);
		if (uses.get(node) === 1) {
			membersOf(node).forEach(count);
		}
	};
	let flags = 0;
	const write = (node: Value): string => {
		const known = seen.get(node);
		if (known !== undefined) {
			return `72${Buffer.from(Uint32Array.of(known).buffer).toString('hex')}`;
		}

		const flagged = isObject(node) && ((uses.get(node) ?? 0) > 1 || chance() > 0.5);
		if (flagged) {
			seen.set(node, flags++);
		}

		const body = bodyOf(node, write, chance);
		const type = Number.parseInt(body.slice(0, 2), 16) | (flagged ? 0x80 : 0);
		return type.toString(16).padStart(2, '0') + body.slice(2);
	};
	count(root);
	return hex(write(root));
}

function isObject(node: Value): boolean {
	return !('leaf' in node) || node.leaf.length > 2;
}

function membersOf(node: Value): readonly Value[] {
	return 'tuple' in node ? node.tuple : 'set' in node ? node.set : [];
}

function bodyOf(node: Value, write: (node: Value) => string, chance: () => number): string {
	if ('leaf' in node) {
		return node.leaf;
	}

	const members = membersOf(node);
	const ordered = 'tuple' in node ? members : [...members].sort(() => chance() - 0.5);
	const length = members.length.toString(16).padStart(2, '0');
	return ('tuple' in node ? `29${length}` : `3e${length}000000`) + ordered.map(write).join('');
}

/** The same leaves are the same objects, as constants of a module are. */
function shared(root: Value, known = new Map<string, Value>()): Value {
	if ('leaf' in root) {
		const same = known.get(root.leaf) ?? root;
		known.set(root.leaf, same);
		return same;
	}

	return 'tuple' in root
		? {tuple: root.tuple.map(member => shared(member, known))}
		: {set: root.set.map(member => shared(member, known))};
}

test('two processes come to the same bytes', t => {
	fc.assert(
		fc.property(value, fc.infiniteStream(fc.double({min: 0, max: 1, noNaN: true})), (root, chances) => {
			const chance = () => chances.next().value;
			const one = shared(root);
			const first = normalizeMarshal(marshal(one, chance), '3.12');
			const second = normalizeMarshal(marshal(one, chance), '3.12');
			t.deepEqual(first, second);
			t.deepEqual(normalizeMarshal(Uint8Array.from(first), '3.12'), first, 'and to stay with them');
		}),
	);
});

test('a stream that is cut anywhere is refused', t => {
	fc.assert(
		fc.property(value, fc.nat(), (root, at) => {
			const whole = marshal(shared(root), () => 1);
			t.throws(() => normalizeMarshal(whole.slice(0, at % whole.length), '3.8'), {instanceOf: RangeError});
		}),
	);
});

test('any bytes give a result or a RangeError', t => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 60}), bytes => {
			try {
				t.is(normalizeMarshal(Uint8Array.from(bytes), '3.8').length, bytes.length);
			} catch (error) {
				t.true(error instanceof RangeError);
			}
		}),
	);
});
