import type {OpenedPackage} from '../model/package.ts';
import {hostPath, type InstallPath, isWithin} from '../model/paths.ts';
import {isSharedFolder} from '../model/shared-folders.ts';
import type {Survey} from '../model/survey.ts';
import {above, homeOf, isBuilderFolder, type Trace, venvOfInterpreter} from './builder-traces.ts';
import type {Needle} from './leak-needles.ts';
import {provenanceOf} from './provenance.ts';

/** What to look for: where the venv was made, its sources and its interpreter lay, by everything that tells of it. */
export function builderNeedles({pkg}: OpenedPackage, survey: Survey, read: readonly Trace[]): Needle[] {
	const provenance = provenanceOf(survey);
	const traces = [...read.filter(({path}) => !provenance.isDownloaded(path)), ...tracesOfSurvey(survey)];
	// What is unpacked anywhere has no place of its own: every absolute one is another machine's.
	const own = [pkg.prefix, survey.venv?.root ?? pkg.prefix].filter(place => place !== '/');
	// The manifest declares the interpreter, so the package itself must name it, and every folder that it lies in.
	const declared = (survey.manifest ?? pkg.manifest)?.python.path;
	const isOurs = (place: string) =>
		own.some(ours => isWithin(ours, place) || isWithin(place, ours)) ||
		(declared !== undefined && [declared, above(declared, 2)].some(ours => isWithin(ours, place)));
	const needles = traces
		.map(({what, place}) => ({what, place: withoutPrefix(place.replace(/\/+$/, ''), pkg.prefix)}))
		.filter(({place}) => place.startsWith('/') && !isOurs(place) && !isSharedFolder(place) && !isOfTheHost(place))
		.filter(({what, place}) => what === 'venv' || isBuilderFolder(place))
		.flatMap(({what, place}) => [needle(what, place), ...homes(place).filter(({text}) => !isOurs(text))]);
	// Of one place under two names, the first.
	const byText = new Map(needles.toReversed().map(one => [one.text, one]));
	const different = [...byText.values()].toReversed().slice(0, mostNeedles);
	return different.filter(one => !different.some(other => isCovered(one, other)));
}

/** A venv was made in one place; what tells of more was made to be slow to verify. */
const mostNeedles = 100;

const titles = {
	venv: 'the place where the venv was made',
	interpreter: 'the interpreter that the venv was made with',
	source: 'a folder that it was installed from',
} as const;
const codes = {venv: 'LEAK_STAGE', interpreter: 'LEAK_INTERPRETER', source: 'LEAK_BUILD'} as const;

/** A file as it came in a wheel cannot know this builder, whatever it holds. */
function needle(what: Trace['what'], text: string): Needle {
	return {code: codes[what], text, title: titles[what], isPath: true, where: 'made'};
}

function homes(place: string): Needle[] {
	const home = homeOf(place);
	return home === undefined || home === place ? [] : [{code: 'LEAK_HOME', text: home, isPath: true, where: 'made'}];
}

/** Of two places of one kind, one in the other, the outer finds both. */
function isCovered(one: Needle, other: Needle): boolean {
	return one !== other && one.code === other.code && isWithin(one.text, other.text);
}

/** `/tmp/stage/opt/app` of something that lies in /opt/app was made below /tmp/stage. */
function withoutPrefix(place: string, prefix: InstallPath): string {
	return prefix !== '/' && place.endsWith(prefix) && place !== prefix ? place.slice(0, -prefix.length) : place;
}

function isOfTheHost(place: string): boolean {
	return /^\/(?:usr|bin|lib(?:32|64|x32)?|etc|sys|proc|dev)(?:\/|$)/.test(place) && !place.startsWith('/usr/src/');
}

function tracesOfSurvey({venv, scripts, distributions}: Survey): Trace[] {
	const path = venv?.root ?? ('/' as InstallPath);
	const settings = venv?.settings;
	const homes = [
		settings?.get('home') ?? '',
		...['executable', 'base-executable'].map(key => above(settings?.get(key) ?? '/', 1)),
	];
	const interpreters = [...homes, ...(venv?.interpreter && !venv.bundled ? [above(venv.interpreter, 1)] : [])]
		.filter(folder => folder.endsWith('/bin'))
		.map((folder): Trace => ({what: 'interpreter', place: above(folder, 1), path}));
	const known = new Set(interpreters.map(({place}) => place));
	const started = scripts.flatMap(script =>
		venvOfInterpreter(script.shebang?.interpreter ?? '').map(trace => ({...trace, path: script.path})),
	);
	const sources = distributions.flatMap((distribution): Trace[] => {
		const place = folderOf(distribution.directUrl);
		return place === undefined ? [] : [{what: 'source', place, path: distribution.path}];
	});
	const [, made] = / -m (?:venv|virtualenv) .*?(\/\S+)$/.exec(settings?.get('command') ?? '') ?? [];
	return [
		...interpreters,
		...started.filter(({place}) => !known.has(place)),
		...sources,
		...(made === undefined ? [] : [{what: 'venv', place: made, path} as const]),
	];
}

/** The path of a `file://` address. */
function folderOf(url: string): string | undefined {
	try {
		return url.startsWith('file://') ? hostPath(decodeURIComponent(new URL(url).pathname)) : undefined;
	} catch {
		return undefined;
	}
}
