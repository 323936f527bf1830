import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isTable, parseToml} from '../../codecs/toml.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Indexes} from '../../model/plan.ts';
import type {Environment} from '../interpreters/probe.ts';

/** An index, and who may ask it. */
export interface IndexUrl {
	/** Without credentials. */
	readonly url: URL;
	/** Empty where none is known. */
	readonly user: string;
	readonly password: string;
}

/** The index that pip and uv ask where nobody says otherwise. */
export const defaultIndex = 'https://pypi.org/simple';

/**
 * Where files may be looked for, as uv and pip are told. The flags and the configuration win; else uv's environment;
 * else pip's, which uv itself does not read. So one set of variables serves whichever tool does the work.
 */
export function indexesOf(plan: Indexes, environment: Environment): Indexes {
	const of = (...names: string[]) => names.map(name => environment[name] ?? '').find(value => value !== '') ?? '';
	const list = (text: string) => text.split(/\s+/).filter(item => item !== '');
	const named = list(of('UV_INDEX')).map(item => withLogin(item, environment));
	return {
		indexUrl: plan.indexUrl || withLogin(of('UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'PIP_INDEX_URL'), environment),
		extraIndexUrls:
			plan.extraIndexUrls.length > 0
				? plan.extraIndexUrls
				: [...named, ...list(of('UV_EXTRA_INDEX_URL', ...(named.length > 0 ? [] : ['PIP_EXTRA_INDEX_URL'])))],
		findLinks: plan.findLinks.length > 0 ? plan.findLinks : findLinks(of('UV_FIND_LINKS', 'PIP_FIND_LINKS')),
	};
}

/**
 * The URL of `NAME=URL`, with the user and password that the environment has for that name: without its name neither tool
 * would find them.
 */
function withLogin(item: string, environment: Environment): string {
	const [, name = '', text = item] = /^([\w.-]+)=([a-z].*)$/i.exec(item) ?? [];
	const {user, password} = loginOf(name, environment);
	if (!URL.canParse(text) || (user === '' && password === '')) {
		return text;
	}

	const url = new URL(text);
	url.username = encodeURIComponent(user || decodeURIComponent(url.username));
	url.password = encodeURIComponent(password || decodeURIComponent(url.password));
	return url.href;
}

/** UV_INDEX_NAME_USERNAME and UV_INDEX_NAME_PASSWORD; empty where they, or the name, are not given. */
function loginOf(name: string, environment: Environment): {user: string; password: string} {
	const variable = `UV_INDEX_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
	const of = (field: string) => (name === '' ? '' : (environment[`${variable}_${field}`] ?? ''));
	return {user: of('USERNAME'), password: of('PASSWORD')};
}

/** pip passes over a folder that is not there; uv fails. The environment may be meant for other programs: pip is right. */
function findLinks(text: string): string[] {
	return text.split(/[\s,]+/).filter(item => item !== '' && (/^[a-z][a-z0-9+.-]+:/i.test(item) || existsSync(item)));
}

/**
 * The indexes whose credentials are known: those of the plan and the environment, and those that uv's configuration
 * names, with UV_INDEX_NAME_USERNAME and UV_INDEX_NAME_PASSWORD.
 */
export function knownIndexes(indexes: Indexes, project: HostPath | undefined, environment: Environment): IndexUrl[] {
	const listed = [indexes.indexUrl, ...indexes.extraIndexUrls, ...indexes.findLinks].map(text => ({name: '', text}));
	return [...configured(project), ...listed].flatMap(({name, text}) => {
		if (!URL.canParse(text) || !/^https?:/i.test(text)) {
			return [];
		}

		const url = new URL(text);
		const login = loginOf(name, environment);
		const user = login.user || decodeURIComponent(url.username);
		const password = login.password || decodeURIComponent(url.password);
		url.username = '';
		url.password = '';
		return [{url, user, password}];
	});
}

function configured(project: HostPath | undefined): Array<{name: string; text: string}> {
	if (project === undefined) {
		return [];
	}

	return ['pyproject.toml', 'uv.toml'].flatMap(fileName => {
		const file = hostPath(join(project, fileName));
		const table = existsSync(file) ? parseToml(readFileSync(file, 'utf8'), file) : {};
		const tool = fileName === 'uv.toml' ? table : isTable(table.tool) ? table.tool.uv : undefined;
		const indexes = isTable(tool) && Array.isArray(tool.index) ? tool.index : [];
		return indexes.filter(isTable).map(index => ({name: String(index.name ?? ''), text: String(index.url ?? '')}));
	});
}
