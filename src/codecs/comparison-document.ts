import * as v from 'valibot';

const said = (description: string) => v.pipe(v.string(), v.description(description));
const maybe = (description: string) => v.pipe(v.optional(v.string()), v.description(description));
const bytes = (description: string) => v.pipe(v.number(), v.minValue(0), v.description(description));

const artifact = v.object({
	artifact: said('As it was named.'),
	format: said('Such as deb.'),
	name: said('Empty where it does not say.'),
	version: said('Empty where it does not say.'),
	size: bytes('In bytes; of a folder, all its files together.'),
	files: bytes('How many files it holds.'),
	bytes: bytes('Of its files together.'),
});

const distribution = v.object({
	kind: v.pipe(
		v.picklist(['added', 'removed', 'updated', 'downgraded', 'rebuilt']),
		v.description('`rebuilt`: the same version with other content.'),
	),
	name: v.string(),
	from: maybe('Its version in A; absent where A does not have it.'),
	to: maybe('Its version in B; absent where B does not have it.'),
});

const metadata = v.object({
	field: said('Such as version, requires or command.'),
	from: maybe('In A; absent where A has none.'),
	to: maybe('In B; absent where B has none.'),
});

const aspect = v.object({
	what: v.picklist(['kind', 'content', 'target', 'mode', 'owner']),
	from: said('Of content: its sha256.'),
	to: v.string(),
});

const sizeOrNull = v.nullable(bytes('In bytes; null for what is no file, or is not there.'));

const file = v.object({
	kind: v.picklist(['added', 'removed', 'renamed', 'changed']),
	path: said('Where it lies in B; of what was removed, where it lay in A.'),
	from: maybe('Of what was renamed: where it lay in A.'),
	aspects: v.pipe(v.array(aspect), v.description('What of it differs; empty but for `changed`.')),
	sizes: v.pipe(v.tuple([sizeOrNull, sizeOrNull]), v.description('In A and in B.')),
});

const comparison = {
	a: v.pipe(artifact, v.description('The first artifact.')),
	b: v.pipe(artifact, v.description('The second artifact.')),
	equal: v.pipe(v.boolean(), v.description('Whether nothing differs, as far as both formats carry it.')),
	distributions: v.pipe(v.array(distribution), v.description('By name.')),
	metadata: v.pipe(v.array(metadata), v.description('What the artifacts say of themselves; of a list, one item each.')),
	files: v.pipe(v.array(file), v.description('By path.')),
	following: bytes('How many files differ besides, because of these: bytecode, the manifest.'),
	uncompared: v.pipe(v.array(v.string()), v.description('What only one of the formats carries.')),
};

const remarks = {
	notes: v.pipe(v.array(v.string()), v.description('What was decided for the user.')),
	warnings: v.array(v.object({code: said('Stable; docs/errors.md explains each.'), message: v.string()})),
};

/** What `venvpack diff --json` prints. More keys may come; none goes. */
export const comparisonSchema: v.GenericSchema<unknown, unknown> = v.object({...comparison, ...remarks});

const made = v.object({
	path: maybe('Where it lies; absent where it was thrown away.'),
	format: v.string(),
	size: bytes('In bytes.'),
	sha256: said('Hexadecimal; of a folder, the digest of its tree.'),
});

/** What `venvpack reproduce --json` prints. More keys may come; none goes. */
export const reproductionSchema: v.GenericSchema<unknown, unknown> = v.object({
	identical: v.pipe(
		v.boolean(),
		v.description('Whether the rebuilt artifact has the same bytes, a signature inside left out.'),
	),
	layer: v.pipe(
		v.picklist(['none', 'distributions', 'metadata', 'files', 'container']),
		v.description('The first layer that differs. `container`: only the way in which the same tree is packed.'),
	),
	artifact: v.pipe(made, v.description('The artifact that was given.')),
	rebuilt: v.pipe(made, v.description('The one that was made anew.')),
	comparison: v.pipe(
		v.optional(v.object(comparison)),
		v.description('What differs, in the words of venvpack diff; absent where nothing does.'),
	),
	...remarks,
});
