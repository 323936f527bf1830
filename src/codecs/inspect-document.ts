import * as v from 'valibot';
import {recipeSchema} from './recipe.ts';

const said = (description: string) => v.pipe(v.string(), v.description(description));
const count = (description: string) => v.pipe(v.number(), v.minValue(0), v.description(description));
const list = (description: string) => v.pipe(v.array(v.string()), v.description(description));
const listOf = <Item extends v.GenericSchema>(item: Item, description: string) =>
	v.pipe(v.array(item), v.description(description));

const artifact = v.object({
	file: said('On this machine, absolute; an address where it was downloaded.'),
	format: said('Such as deb.'),
	size: count('In bytes; of a folder, all its files together.'),
	sha256: said('Hexadecimal; empty for a folder, and for what was not fetched as a whole.'),
	indexOnly: v.exactOptional(
		v.pipe(
			v.literal(true),
			v.description(
				'Only the index of an archive on a server was read: what its files alone tell is not known, such as sizes of distributions.',
			),
		),
	),
});

const contents = v.object({
	files: count('Files.'),
	folders: count('Folders.'),
	links: count('Symbolic links.'),
	bytes: count('Of the files together.'),
});

const interpreter = v.object({
	path: v.pipe(v.optional(v.string()), v.description('Where bin/python leads to; absent where there is none.')),
	origin: v.pipe(
		v.picklist(['bundled', 'system', 'outside', 'absent']),
		v.description('In the package; where distributions have it; elsewhere on the machine; no bin/python.'),
	),
	minor: said('Such as 3.11.'),
	minimum: said('The lowest full version; empty where no manifest tells.'),
	declared: list('Declared relations that bring it.'),
});

const carried = v.object({
	version: said('Such as 3.11.7; the minor alone where no manifest tells.'),
	files: count('How many files it has.'),
	bytes: count('Of these files; bytecode and libraries are among them.'),
	share: v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description('Of the bytes of all files.')),
	libraries: listOf(
		v.object({soname: said('Such as libssl.so.3.'), path: v.string(), size: count('In bytes.')}),
		'Shared libraries beside it, its own left out, by soname.',
	),
});

const layout = v.object({
	relocatable: v.pipe(v.boolean(), v.description('Whether the manifest says that it works wherever it is unpacked.')),
	carried: v.pipe(
		v.optional(carried),
		v.description('An interpreter that is inside; absent where it is that of the machine.'),
	),
});

const distribution = v.object({
	name: v.string(),
	version: v.string(),
	license: v.string(),
	size: count('Of its files, as its RECORD names them.'),
	files: count('How many files.'),
	origin: said('index, built, file or venv, as the manifest tells; else empty.'),
	url: said('As direct_url.json tells.'),
	editable: v.pipe(v.boolean(), v.description('Whether its code lies elsewhere.')),
	requiresPython: said('A PEP 440 specifier; empty where it says nothing.'),
	path: said('Of its dist-info.'),
});

const command = v.object({
	name: v.string(),
	path: said('Where it lies.'),
	entryPoint: said('Such as package.module:main; empty where no entry point says so.'),
	distribution: said('Normalised; empty where no RECORD names it.'),
	interpreter: said('What its first line says; empty for a program of its own.'),
	exposed: list('Links outside the prefix that lead to it.'),
});

const service = v.object({
	path: said('Of the unit file.'),
	description: v.string(),
	starts: list('The commands of ExecStart.'),
	user: said('Empty where it does not say.'),
});

const library = v.object({
	soname: said('Such as libc.so.6.'),
	neededBy: list('ELF files that need it.'),
	versions: list('The highest of each family that is asked for, such as GLIBC_2.34.'),
	packages: list('What brings it in the distribution of librariesOf, such as libc6 (>= 2.34).'),
	declared: list('Declared relations that bring it, where that can be told.'),
	hidden: list('Files inside of that name, which the loader would not find.'),
});

const load = v.object({
	name: said('Such as libcuda.so.1; without a version where any will do.'),
	by: list('The first files that name it, at most 5.'),
	files: count('How many files name it.'),
	inside: list('Files inside of that name, at most 5.'),
});

const build = v.object({
	venvpack: said('The version that made it.'),
	epoch: count('The time stamped into it: seconds since 1970 UTC.'),
	inputs: said('The same inputs, the same digest.'),
	allowedLeaks: list('Globs of paths in which the builder allowed traces of itself.'),
	recipe: v.optional(recipeSchema),
});

const entry = v.object({
	path: v.string(),
	kind: v.picklist(['file', 'directory', 'link']),
	mode: count('Permission bits.'),
	size: count('Of a file, in bytes; else 0.'),
	target: said('Of a link; else empty.'),
	user: v.string(),
	group: v.string(),
});

const pathOf = {path: v.string()};

/** What `venvpack inspect --json` prints. More keys may come; none goes. */
export const inspectResultSchema: v.GenericSchema<unknown, unknown> = v.object({
	artifact,
	name: v.string(),
	version: v.string(),
	release: v.string(),
	arch: said('As uname(1) says, or any; empty where nothing says.'),
	summary: said('One line.'),
	license: v.string(),
	homepage: v.string(),
	maintainer: v.string(),
	prefix: said('Where it is installed.'),
	contents,
	interpreter: v.optional(interpreter),
	layout,
	distributions: listOf(distribution, 'The largest first.'),
	commands: listOf(command, 'What may be run in bin, by path.'),
	services: listOf(service, 'Units for systemd.'),
	relations: v.pipe(
		v.record(v.string(), v.array(v.string())),
		v.description('requires, recommends, provides and so on, in the words of the format.'),
	),
	libraries: listOf(library, 'Libraries that the machine has to have, those that most files ask for first.'),
	librariesOf: said('The target that packages of libraries are of, such as debian-12; empty where none was asked.'),
	loads: listOf(
		load,
		'Unproven: libraries that ctypes, cffi or dlopen may load by name, and that no ELF file asks for.',
	),
	glibc: said('The lowest that has all symbols which are asked for, such as 2.34; empty where none is.'),
	machines: v.pipe(v.record(v.string(), v.number()), v.description('How many ELF files are made for which machine.')),
	largest: listOf(v.object({...pathOf, size: count('In bytes.')}), 'The largest files, at most 20.'),
	executables: list('What has an executable bit and lies in no bin; libraries are left out.'),
	oddModes: listOf(
		v.object({...pathOf, mode: count('Permission bits.')}),
		'Setuid, setgid, sticky, or writable by everybody.',
	),
	owners: listOf(v.object({...pathOf, user: v.string(), group: v.string()}), 'What does not belong to root:root.'),
	conffiles: list('Files whose edits an upgrade keeps.'),
	maintainerScripts: listOf(
		v.object({name: said('Such as postinst.'), lines: count('Those that are not empty.')}),
		'What the package manager runs.',
	),
	signatures: list('Signatures that are present; they are not verified.'),
	built: v.optional(build),
	fields: v.pipe(
		v.record(v.string(), v.string()),
		v.description('Other fields or tags, by their names in the format.'),
	),
	damaged: listOf(v.object({...pathOf, why: v.string()}), 'Files that say what they are, and cannot be read.'),
	files: v.pipe(v.optional(v.array(entry)), v.description('With --files or --tree: all that it holds, by path.')),
	notes: list('What was decided for the user.'),
	warnings: v.array(v.object({code: said('Stable; docs/errors.md explains each.'), message: v.string()})),
});
