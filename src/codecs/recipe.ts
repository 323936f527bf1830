import * as v from 'valibot';
import type {Recipe} from '../model/recipe.ts';

const said = (description: string) => v.pipe(v.string(), v.description(description));
const maybe = (description: string) => v.exactOptional(said(description));
const list = (description: string) => v.pipe(v.array(v.string()), v.description(description));
const time = v.pipe(v.number(), v.integer(), v.minValue(0));

const sourceSchema = v.object({
	name: said('The distribution, normalised.'),
	kind: v.pipe(
		v.picklist(['project', 'directory', 'repository', 'sdist', 'file']),
		v.description('`file`: a wheel or an sdist with an address of its own, or one that lay on the builder.'),
	),
	sdist: maybe('The name of the sdist that was built.'),
	url: maybe('Of the repository or the file, without credentials.'),
	commit: maybe('Of the repository.'),
	subdirectory: maybe('Where in the repository or sdist the project lies.'),
	path: maybe('Of a directory, relative to the project.'),
	epoch: v.exactOptional(v.pipe(time, v.description('The SOURCE_DATE_EPOCH that it was built with.'))),
	tools: v.exactOptional(list('What its build had installed, such as hatchling==1.27.0.')),
});

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const interpreterSchema = v.object({
	sha256: v.pipe(digest, v.description('Over its files before they were relocated.')),
	archive: v.exactOptional(
		v.pipe(
			v.object({
				name: said('The name of the file.'),
				sha256: digest,
				url: maybe('Without credentials; absent: it was a file of the builder.'),
			}),
			v.description('The archive that it came in; absent: the builder had it.'),
		),
	),
});

const setting = v.union([v.string(), v.number(), v.boolean(), v.array(v.string()), v.record(v.string(), v.string())]);

const wishesSchema = v.object({
	compression: maybe('The method that was asked for.'),
	level: v.exactOptional(v.pipe(time, v.description('The level that was asked for.'))),
	settings: v.pipe(
		v.record(v.string(), v.record(v.string(), setting)),
		v.description('By format, the settings that are not the default.'),
	),
	targets: v.exactOptional(
		v.pipe(v.record(v.string(), v.string()), v.description('By packager, such as dpkg, the distribution.')),
	),
});

const fileSchema = v.object({
	kind: v.picklist(['file', 'link', 'directory']),
	path: v.pipe(v.string(), v.regex(/^\//), v.description('Where it is installed.')),
	source: maybe('Of a file that is brought: where it lies in the project.'),
	target: maybe('Of a link.'),
	mode: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o7777), v.description('Permission bits.')),
	role: v.picklist(['plain', 'conffile', 'doc', 'license', 'ghost']),
	user: v.string(),
	group: v.string(),
	formats: v.exactOptional(list('The formats that get it; absent: every one.')),
});

const documentsSchema = v.object({
	changelog: maybe('The name of the file that says what changed.'),
	docs: list('The names of the files to read that came along.'),
});

const exposedSchema = v.object({
	script: said('As it lies in the bin of the prefix.'),
	as: said('As it is called in /usr/bin.'),
});

const unitSchema = v.object({
	name: said('Such as app.service.'),
	enable: v.pipe(v.boolean(), v.description('Whether it starts with the machine from its installation on.')),
	start: v.pipe(v.boolean(), v.description('Whether installing the package starts it.')),
	onUpgrade: v.pipe(
		v.picklist(['restart', 'reload', 'nothing']),
		v.description('What an upgrade does with one that runs.'),
	),
	text: said('The whole file.'),
});

const librariesSchema = v.object({
	declare: v.pipe(v.record(v.string(), v.record(v.string(), v.string())), v.description('By soname and format.')),
	ignore: list('Sonames that nothing was declared for.'),
});

/** What a manifest says of how to build its artifact again. In the order in which it is written. */
export const recipeSchema: v.GenericSchema<unknown, Recipe> = v.pipe(
	v.object({
		input: v.pipe(
			v.picklist(['project', 'wheel', 'sdist', 'venv', 'requirements']),
			v.description('What was packaged.'),
		),
		extras: list('Extras of the project.'),
		groups: list('Dependency groups of the project.'),
		python: said('The full version of the interpreter that built, such as 3.11.7.'),
		interpreter: v.exactOptional(v.pipe(interpreterSchema, v.description('That which came along; absent: none did.'))),
		sources: v.pipe(
			v.array(sourceSchema),
			v.description('The distributions that did not come as a wheel of an index, and from what they came.'),
		),
		hooks: v.pipe(
			v.array(v.array(v.string())),
			v.description('Commands run in the staged venv, as the user wrote them.'),
		),
		strip: v.exactOptional(v.pipe(v.boolean(), v.description('What was built here was stripped.'))),
		metadata: v.object({
			description: said('Paragraphs.'),
			maintainer: said('Name and address.'),
			vendor: v.string(),
			homepage: v.string(),
		}),
		wishes: v.pipe(wishesSchema, v.description('What was asked of formats.')),
		files: v.exactOptional(v.pipe(v.array(fileSchema), v.description('What lies beside the environment.'))),
		documents: v.exactOptional(v.pipe(documentsSchema, v.description('What comes along to be read.'))),
		expose: v.exactOptional(v.pipe(v.array(exposedSchema), v.description('Scripts that are on PATH.'))),
		units: v.exactOptional(v.pipe(v.array(unitSchema), v.description('Units for systemd.'))),
		sbom: v.exactOptional(v.pipe(v.boolean(), v.description('Whether a bill of materials is inside; absent: it is.'))),
		libraries: v.exactOptional(v.pipe(librariesSchema, v.description('What was said of shared libraries.'))),
	}),
	v.description('What a rebuild needs besides: see venvpack reproduce.'),
);
