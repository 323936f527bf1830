import {withoutCredentials} from '../host/run.ts';
import type {InputPlan} from '../model/plan.ts';
import {listOf, type SettingValue, tableOf} from '../model/settings.ts';
import type {KeyChoice} from '../model/signing.ts';
import {chooseTargets, type Host} from './choose-targets.ts';
import type {Config, Notice} from './config.ts';
import {filesOf} from './decide-files.ts';
import {librariesOf} from './decide-libraries.ts';
import {type Decided, type DecidedMetadata, decideMetadata} from './decide-metadata.ts';
import {changelogPath, documentsOf} from './documents.ts';
import {decideEpoch, type Times} from './epoch.ts';
import {bundleRows} from './explain-layout.ts';
import {exposedOf} from './expose.ts';
import {formatPlans, originsOfFormats, originsOfValues} from './format-plans.ts';
import type {Key} from './keys.ts';
import {type BuilderPython, pythonNotices, targetPython, type WantedPython, wantedPython} from './python.ts';
import {archOf, outOf} from './resolve.ts';
import {unitsOf} from './units.ts';
import {versionNotices} from './version-notices.ts';

/** One value of a plan. */
interface Row {
	readonly key: string;
	readonly value: string | number | boolean | readonly string[];
	readonly origin: string;
}

export interface Explained {
	readonly rows: readonly Row[];
	readonly notices: readonly Notice[];
}

/** What is known without running anything but a look at the interpreter. */
export interface ExplainFacts {
	readonly host: Host;
	/** Undefined where nobody looked for one. */
	readonly python: BuilderPython | undefined;
	readonly times: Times;
}

/** Stands for a value that only a built wheel will tell. */
const fromBuiltWheel = '(dynamic: from the built wheel)';

/**
 * The plan as far as it is known before anything is built: every value with where it came from, credentials taken out.
 * Throws what `resolve` throws, but for what only a wheel can tell.
 */
export function explainPlan(config: Config, facts: ExplainFacts): Explained {
	const metadata = decideMetadata(config, undefined, false);
	const choices = chooseTargets(config, facts.host);
	const minor = facts.python?.minor ?? wantedMinor(config, facts.host);
	return {
		rows: [
			...inputRows(config),
			...Object.entries(metadata.fields).map(([key, decided]) => row(key, decided)),
			...pythonRows(config, facts, minor),
			...layoutRows(config, facts),
			...documentRows(config),
			...signingRows(config),
			...fileRows(config),
			...unitRows(config, metadata),
			...libraryRows(config),
			...formatRows(config, facts.host),
		],
		notices: [
			...config.notices,
			...metadata.notices,
			...versionNotices(metadata.fields.version.value ?? '', choices),
			...(minor === undefined ? [] : pythonNotices(config, choices, minor)),
		],
	};
}

function row(key: string, {value, origin}: Decided<string | number>): Row {
	return {key, value: value ?? fromBuiltWheel, origin};
}

function inputRows(config: Config): Row[] {
	const {input, file, values, places} = config;
	const lock = input.kind === 'project' && input.lock ? [input.lock.file] : [];
	const lists: Array<readonly [Key, readonly string[]]> = [
		['lock', lock],
		['from', values.from ?? []],
		['requirements', values.requirements ?? []],
		['constraints', values.constraints ?? []],
		['extras', values.extras ?? []],
		['groups', values.groups ?? []],
		['index-url', values['index-url'] ? [values['index-url']] : []],
		['extra-index-urls', values['extra-index-urls'] ?? []],
		['find-links', values['find-links'] ?? []],
		['expose', values.expose ?? []],
		['hooks', (values.hooks ?? []).map(({command}) => command.join(' '))],
	];
	const said = lists.filter(([, list]) => list.length > 0);
	return [
		{key: 'input', value: nameOf(input), origin: 'argument'},
		...(file === undefined ? [] : [{key: 'configuration', value: file, origin: 'found'}]),
		...said.map(([key, list]) => ({key, value: list.map(withoutCredentials), origin: places[key]?.origin ?? 'found'})),
		...(['require-hashes', 'offline', 'strip'] as const).map(key => ({
			key,
			value: values[key] ?? false,
			origin: places[key]?.origin ?? 'default',
		})),
	];
}

function nameOf(input: InputPlan['input']): string {
	switch (input.kind) {
		case 'project':
			return `the project ${input.directory}`;
		case 'requirements':
			return 'requirements';
		case 'venv':
			return `the venv ${input.directory}`;
		default:
			return `the ${input.kind} ${input.file}`;
	}
}

function pythonRows(config: Config, {host, python}: ExplainFacts, minor: string | undefined): Row[] {
	const wanted = wantedPython(config, host);
	const interpreter = interpreterRow(wanted, python);
	const rows = [{key: 'python', value: interpreter, origin: wanted.origin}, ...bundleRows(config, interpreter)];
	return minor === undefined
		? rows
		: [
				...rows,
				{
					key: 'target-python',
					value: targetPython(config, minor),
					origin: config.places['target-python']?.origin ?? 'default',
				},
			];
}

function interpreterRow(wanted: WantedPython, python: BuilderPython | undefined): string {
	switch (wanted.kind) {
		case 'archive':
			return [withoutCredentials(wanted.archive.place), ...(python ? [`(${python.version})`] : [])].join(' ');
		case 'path':
			return shownPython(python, wanted.path);
		case 'minor':
			return shownPython(python, wanted.minor);
		case 'any':
			return shownPython(python, wanted.requiresPython);
	}
}

function shownPython(python: BuilderPython | undefined, asked: string): string {
	return python ? `${python.executable} (${python.version})` : asked || 'any';
}

/** Where the keys are; what they are is not known before they are used. */
function signingRows({signing}: Config): Row[] {
	return (['openpgp', 'minisign'] as const).flatMap(kind => {
		const choice = signing?.[kind];
		return choice === undefined ? [] : [{key: `sign.${kind}`, value: sourceOf(choice), origin: choice.place.origin}];
	});
}

function sourceOf({source, passphrase}: KeyChoice): string {
	const opened = passphrase === undefined ? '' : `, opened with the variable ${passphrase}`;
	switch (source.kind) {
		case 'agent':
			return `the key ${source.name} of gpg${opened}`;
		case 'file':
			return `the key in ${source.file}${opened}`;
		case 'environment':
			return `the key in the variable ${source.name}${opened}`;
	}
}

function wantedMinor(config: Config, host: Host): string | undefined {
	const wanted = wantedPython(config, host);
	return wanted.kind === 'minor' ? wanted.minor : undefined;
}

function layoutRows(config: Config, {host, times}: ExplainFacts): Row[] {
	const {values} = config;
	const origins = originsOfValues(config);
	const epoch = decideEpoch(times, false);
	return [
		{key: 'prefix', value: config.prefix, origin: origins.prefix},
		{key: 'arch', value: archOf(config, host), origin: origins.arch},
		{key: 'out', value: outOf(config), origin: origins.out},
		{key: 'epoch', value: epoch.value ?? '(from the downloaded wheels)', origin: epoch.origin},
		{key: 'allow-leaks', value: values['allow-leaks'] ?? [], origin: origins['allow-leaks']},
		{key: 'keep-stage', value: values['keep-stage'] ?? false, origin: origins['keep-stage']},
	];
}

/** Each file by its place, as `ls -l` has it. */
function fileRows(config: Config): Row[] {
	return filesOf(config).map(({path, kind, role, source, target, mode, user, group, formats}) => {
		const from = source === undefined ? [] : [`from ${source}`];
		const to = target === undefined ? [] : [`to ${target}`];
		const bits = kind === 'link' ? [] : [mode.toString(8).padStart(4, '0')];
		const what = role === 'plain' ? kind : role === 'ghost' ? `ghost ${kind}` : role;
		const only = formats === undefined ? [] : [`only ${formats.join(', ')}`];
		const value = [what, ...bits, `${user}:${group}`, ...from, ...to, ...only].join(' ');
		return {key: path, value, origin: config.placeOf?.('').origin ?? 'default'};
	});
}

/** Each unit as it will be written. */
function unitRows(config: Config, metadata: DecidedMetadata): Row[] {
	exposedOf(config);
	return unitsOf(config, metadata).map(({name: unit, text}) => ({
		key: unit,
		value: text.split('\n').filter(line => line !== ''),
		origin: config.placeOf?.('').origin ?? 'default',
	}));
}

/** What is said of libraries, each by its soname. */
function libraryRows(config: Config): Row[] {
	const {declare, ignore} = librariesOf(config);
	const origin = config.placeOf?.('libraries').origin ?? 'default';
	const declared = Object.entries(declare).map(([soname, byFormat]) => ({
		key: `libraries.${soname}`,
		value: Object.entries(byFormat).map(([format, relation]) => `${format}: ${relation}`),
		origin,
	}));
	return ignore.length === 0 ? declared : [...declared, {key: 'libraries.ignore', value: ignore, origin}];
}

/** What comes along to be read. */
function documentRows(config: Config): Row[] {
	documentsOf(config);
	const {values, places} = config;
	const changelog = changelogPath(config);
	return [
		{
			key: 'changelog',
			value: changelog ?? 'none',
			origin: places.changelog?.origin ?? (changelog ? 'found' : 'default'),
		},
		...(values.docs ? [{key: 'docs', value: values.docs, origin: places.docs?.origin ?? 'default'}] : []),
	];
}

function formatRows(config: Config, host: Host): Row[] {
	const choices = chooseTargets(config, host);
	const origins = originsOfFormats(config, choices);
	const at = (key: string, value: Row['value']): Row => ({key, value, origin: origins[key] ?? 'default'});
	const plans = formatPlans(config, choices);
	return [
		at(
			'formats',
			plans.map(({name}) => name),
		),
		...plans.flatMap(({name, target, compression: {method, level}, settings}) => [
			at(`${name}.target`, target.id),
			at(`${name}.compression`, method === 'none' ? method : `${method} ${level}`),
			...Object.entries(settings).map(([key, value]) => at(`${name}.${key}`, lines(value))),
		]),
	];
}

/** A script by its lines, a table by its entries. */
function lines(value: SettingValue): Row['value'] {
	if (typeof value === 'object') {
		return Array.isArray(value) ? listOf(value) : tableOf(value).map(([name, text]) => `${name}: ${text}`);
	}

	return typeof value === 'string' && value.includes('\n') ? value.split('\n').filter(line => line !== '') : value;
}
