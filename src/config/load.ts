import type {HostPath} from '../model/paths.ts';
import type {Request} from '../model/request.ts';
import {checkValues} from './check-values.ts';
import type {FormatTraits} from './compression.ts';
import type {Config} from './config.ts';
import {decideInput} from './decide-input.ts';
import {withNominalPrefix} from './decide-layout.ts';
import {type ConfigFile, readConfigFile} from './document.ts';
import {checkSourceDateEpoch} from './epoch.ts';
import type {Environment} from './expand.ts';
import {type Named, nameInput} from './input.ts';
import type {Values} from './keys.ts';
import {merge} from './merge.ts';
import {isProject, type Project, readProject, readPyproject} from './project.ts';
import type {Sections} from './schema.ts';
import {checkScripts, completeSections} from './sections.ts';
import {signingOf, type WrittenKeys} from './signing.ts';
import {tableValues} from './tables.ts';

export interface LoadOptions {
	/** Every format that there is. */
	readonly formats: readonly FormatTraits[];
	readonly environment: Environment;
	/** What relative paths of the request, and the default output folder, are relative to. */
	readonly cwd: HostPath;
}

/**
 * Reads and checks everything that a build is asked for: the project, its venvpack.toml or [tool.venvpack], and the flags,
 * which win. A wheel, an sdist, and requirements without a project have no configuration file.
 * Throws ConfigErrors and InputErrors that name file and key, or the flag: docs/errors.md lists the codes.
 */
export async function loadConfig(request: Request, options: LoadOptions): Promise<Config> {
	const named = request.project === undefined ? undefined : nameInput(request.project);
	const file = configFile(named, options);
	const said = merge(request, file, options.cwd);
	const project = projectOf(named, said.values);
	const merged = withNominalPrefix(said, project?.stated.name);
	const {places} = merged;
	const written = {table: tableValues(file?.document).sign, file: file?.file, placeOf: file?.placeOf};
	const signing = request.sign && signingOf(request.sign, written);
	checkSourceDateEpoch(options.environment.SOURCE_DATE_EPOCH);
	const {values, notices, prefix} = checkValues(merged.values, {places, formats: options.formats, file: file?.file});
	const sections = completeSections(sectionsOf(options.formats), file);
	await checkScripts(sectionsOf(options.formats), {complete: sections, file});
	return {
		input: decideInput(named, project, merged),
		project,
		file: file?.file,
		prefix,
		values,
		places,
		sections,
		tables: tableValues(file?.document),
		placeOf: file?.placeOf,
		signing,
		formats: options.formats,
		cwd: options.cwd,
		notices: [...notices, ...unsigned(written, signing)],
	};
}

/** The tables that formats bring along. */
export function sectionsOf(formats: readonly FormatTraits[]): Sections {
	return Object.fromEntries(formats.map(format => [format.name, format.settings]));
}

function configFile(named: Named | undefined, {formats, environment}: LoadOptions): ConfigFile | undefined {
	return named?.kind === 'directory'
		? readConfigFile(named.directory, {
				pyproject: readPyproject(named.directory),
				sections: sectionsOf(formats),
				environment,
			})
		: undefined;
}

/** A folder that is no project may still hold a configuration that names requirements, or a venv. */
function projectOf(named: Named | undefined, values: Values): Project | undefined {
	if (named?.kind !== 'directory') {
		return undefined;
	}

	const other = (values.from ?? values.requirements ?? []).length > 0 || values.venv !== undefined;
	return other && !isProject(named.directory) ? undefined : readProject(named.directory);
}

/** Whoever wrote the table may think that it signs. */
function unsigned({table, placeOf}: WrittenKeys, signing: Config['signing']): Config['notices'] {
	return table === undefined || signing !== undefined || placeOf === undefined
		? []
		: [{kind: 'note', message: `nothing is signed: ${placeOf('sign').named} names a key, and --sign asks for it`}];
}
