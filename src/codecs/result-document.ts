import * as v from 'valibot';

const said = (description: string) => v.pipe(v.string(), v.description(description));
const count = (description: string) => v.pipe(v.number(), v.minValue(0), v.description(description));

const sized = (description: string) =>
	v.pipe(v.object({files: v.number(), bytes: count('Their bytes together.')}), v.description(description));

const artifact = v.object({
	path: said('On the machine that builds, absolute.'),
	format: said('Such as deb.'),
	target: said('The distribution that it was made for, such as debian-12.'),
	size: count('In bytes; of a folder, all its files together.'),
	sha256: said('Hexadecimal; of a folder, the digest of its tree.'),
	companions: v.pipe(
		v.array(v.object({path: said('Absolute.'), size: count('In bytes.'), sha256: said('Hexadecimal.')})),
		v.description('The files that belong to it and lie beside it.'),
	),
});

const finding = v.object({
	code: said('Stable; docs/errors.md explains each.'),
	severity: v.picklist(['error', 'warning', 'note']),
	path: said('In the tree.'),
	offset: v.pipe(v.optional(v.number()), v.description('In bytes from the start of the file, where one is known.')),
	message: said('What was found.'),
	why: said('Why it matters.'),
	remedy: said('What to do about it.'),
});

const distribution = v.object({
	name: v.string(),
	version: v.string(),
	requiresPython: said('A PEP 440 specifier; empty where it says nothing.'),
	license: v.string(),
	origin: v.picklist(['index', 'built', 'file', 'venv']),
	wheel: said('The name of the wheel.'),
	sha256: said('Of the wheel; of what was built, that of its sdist where there is one.'),
	scripts: v.array(v.string()),
});

const warning = v.object({code: said('Stable; docs/errors.md explains each.'), message: v.string()});

const remarks = {
	notes: v.pipe(v.array(v.string()), v.description('What was decided for the user.')),
	warnings: v.array(warning),
};

/** What `venvpack build --json` prints after a build. More keys may come; none goes. */
export const buildResultSchema: v.GenericSchema<unknown, unknown> = v.object({
	artifacts: v.pipe(v.array(artifact), v.description('What was made.')),
	tree: said('One digest over paths, modes, links and bytes: the same tree in every format.'),
	findings: v.pipe(v.array(finding), v.description('What the audit found and the user allowed.')),
	timings: v.pipe(v.record(v.string(), v.number()), v.description('Seconds, by stage of the build.')),
	name: v.string(),
	version: said('By PEP 440.'),
	release: v.string(),
	prefix: said('Where it is installed.'),
	arch: said('As uname(1) says, or any.'),
	epoch: count('The time stamped into the artifacts: seconds since 1970 UTC.'),
	needs: v.object({
		interpreter: v.object({
			path: said('On the machine that installs.'),
			minor: said('Such as 3.11.'),
			minimum: said('Such as 3.11.2; the minor where every patch level will do.'),
		}),
		glibc: said('The lowest that has all that is asked of it, such as 2.34; empty where nothing is.'),
		libraries: v.pipe(
			v.array(
				v.object({
					soname: said('Such as libpq.so.5.'),
					versions: v.pipe(v.array(v.string()), v.description('That are asked of it, such as GLIBC_2.34.')),
					neededBy: v.pipe(v.array(v.string()), v.description('Files that need it.')),
				}),
			),
			v.description('Shared libraries that the tree does not hold.'),
		),
	}),
	distributions: v.array(distribution),
	scripts: v.pipe(v.array(v.string()), v.description('Console scripts, where they will lie.')),
	files: count('Files in the tree.'),
	bytes: count('Their bytes together.'),
	bundle: v.pipe(
		v.optional(
			v.object({
				whole: sized('All that the builder has of the interpreter.'),
				kept: sized('What comes along of it.'),
				left: v.pipe(
					v.record(v.string(), sized('Of one part.')),
					v.description('What stays behind, by the part that it is, such as tests.'),
				),
				libraries: sized('Shared libraries of the builder’s system that come along besides.'),
			}),
		),
		v.description('What the interpreter that comes along weighs, bytecode left out; absent where none does.'),
	),
	...remarks,
});

/** What `venvpack relocate --json` prints. */
export const relocationSchema: v.GenericSchema<unknown, unknown> = v.object({
	venv: said('The venv, on this machine, links followed.'),
	prefix: said('Where the relocated one is correct.'),
	place: v.pipe(v.optional(v.string()), v.description('Where it lies; absent where nothing was written.')),
	python: said('The interpreter there.'),
	from: v.pipe(v.array(v.string()), v.description('Where the venv was, by its own words.')),
	rewritten: v.pipe(
		v.array(v.object({rule: v.string(), because: said('Why the rule exists.'), paths: v.array(v.string())})),
		v.description('What each rule rewrote.'),
	),
	removed: v.pipe(v.array(v.string()), v.description('What the relocated one does without, bytecode left out.')),
	findings: v.pipe(v.array(finding), v.description('What the audit found and let pass.')),
	distributions: v.array(distribution),
	scripts: v.pipe(v.array(v.string()), v.description('Console scripts, where they will lie.')),
	files: count('Files in the tree.'),
	bytes: count('Their bytes together.'),
	tree: said('One digest over paths, modes, links and bytes.'),
	timings: v.pipe(v.record(v.string(), v.number()), v.description('Seconds, by stage.')),
	...remarks,
});

/** What `venvpack explain --json` and `venvpack build --dry-run --json` print. */
export const explanationSchema: v.GenericSchema<unknown, unknown> = v.object({
	rows: v.pipe(
		v.array(
			v.object({
				key: said('Of the plan, dotted.'),
				value: v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]),
				origin: said('Where it came from, such as venvpack.toml or default.'),
			}),
		),
		v.description('Every value of the plan.'),
	),
	...remarks,
});

/** What `venvpack extract --json` prints. */
export const extractResultSchema: v.GenericSchema<unknown, unknown> = v.object({
	artifact: said('As it was named: a path of this machine, absolute, or an address.'),
	format: said('Such as asar.'),
	out: said('The folder that it was unpacked into.'),
	top: said('Which path of the artifact lies at the top of that folder: its prefix, or /.'),
	paths: v.pipe(v.array(v.string()), v.description('What was asked for, by its installed path; none: everything.')),
	files: count('Files.'),
	links: count('Symbolic links.'),
	bytes: count('Of the files together.'),
	verified: count('How many of the files were compared with a sha256 that the artifact holds of them.'),
	...remarks,
});

/** What `venvpack sign --json` prints. */
export const signResultSchema: v.GenericSchema<unknown, unknown> = v.object({
	artifacts: v.pipe(
		v.array(
			v.object({
				path: said('Absolute, links followed.'),
				signature: v.pipe(
					v.picklist(['rpm header', '_gpgorigin', 'beside']),
					v.description('Where the signature stands; beside: in files of its own.'),
				),
				companions: v.pipe(v.array(v.string()), v.description('The files that were written beside it.')),
				keys: v.pipe(
					v.array(v.string()),
					v.description('The fingerprint of the OpenPGP key that signed, and the id of the minisign key.'),
				),
			}),
		),
		v.description('What was signed.'),
	),
	...remarks,
});

/** What `venvpack init --json` prints. */
export const initSchema: v.GenericSchema<unknown, unknown> = v.object({file: said('What was written.')});

/** What every command prints with `--json` where it fails. More keys may come. */
export const errorSchema: v.GenericSchema<unknown, unknown> = v.object({
	error: v.object({
		code: said('Stable; docs/errors.md explains each.'),
		message: v.string(),
		hint: v.pipe(v.optional(v.string()), v.description('What to do next.')),
		exitCode: v.number(),
		findings: v.optional(v.array(finding)),
	}),
});
