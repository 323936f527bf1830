import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import * as v from 'valibot';
import {parseToml} from '../../src/codecs/toml.ts';
import {sectionsOf} from '../../src/config/load.ts';
import {documentSchema} from '../../src/config/schema.ts';
import {formats} from '../../src/formats/formats.ts';
import {hostPath} from '../../src/model/paths.ts';
import {say} from '../helpers/command-line.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const documents = readdirSync(new URL('docs/', root), {recursive: true, encoding: 'utf8'})
	.filter(name => name.endsWith('.md'))
	.map(name => `docs/${name}`);
const pages = ['README.md', 'examples/hello/README.md', ...documents.sort()];

test('every command in the documents has only flags that there are', async t => {
	const flags = new Map<string, Set<string>>();
	for (const name of [
		'build',
		'inspect',
		'verify',
		'diff',
		'extract',
		'reproduce',
		'relocate',
		'sign',
		'explain',
		'init',
	]) {
		const {stdout} = await say(`${name} --help`);
		flags.set(name, new Set(stdout.match(/(?<=[\s,])--?[a-z][a-z0-9-]*/g)));
	}

	const commands = pages.flatMap(page => commandsOf(page));
	t.true(commands.length > 20, 'the documents show what to type');
	t.deepEqual(
		commands.flatMap(({page, name, line}) => {
			const unknown = flagsOf(line).filter(flag => flags.get(name)?.has(flag) !== true);
			return unknown.length === 0 ? [] : [`${page}: ${line}: ${unknown.join(' ')}`];
		}),
		[],
	);
});

test('every piece of configuration in the documents is one', t => {
	const schema = documentSchema(sectionsOf(formats));
	const pieces = pages.flatMap(page => configurationsOf(page));
	t.true(pieces.length > 5);
	t.deepEqual(
		pieces.flatMap(({page, value}) => {
			const result = v.safeParse(schema, value);
			return result.success ? [] : [`${page}: ${result.issues.map(issue => issue.message).join('; ')}`];
		}),
		[],
	);
});

test('every code and variable in the documents is one', t => {
	const known = new Set([
		...[...read('docs/errors.md').matchAll(/^### (.*)$/gm)].map(([, code]) => code),
		...[...read('docs/findings.md').matchAll(/^## (.*)$/gm)].map(([, code]) => code),
		...[...read('docs/reference/command-line.md').matchAll(/`([A-Z0-9]+(?:_[A-Z0-9]+)*)`/g)].map(([, name]) => name),
		// What hooks find, and what an example calls its own.
		...['VENVPACK_STAGE', 'VENVPACK_PREFIX', 'VIRTUAL_ENV', 'UV_INDEX_COMPANY_USERNAME', 'UV_INDEX_COMPANY_PASSWORD'],
	]);
	t.deepEqual(
		pages.flatMap(page =>
			[...read(page).matchAll(/`([A-Z]+(?:_[A-Z0-9]+)+)`/g)]
				.map(([, word]) => word ?? '')
				.filter(word => !known.has(word))
				.map(word => `${page}: ${word}`),
		),
		[],
	);
});

interface Command {
	readonly page: string;
	/** Such as `build`. */
	readonly name: string;
	readonly line: string;
}

/** What a reader would type: in blocks, their lines joined where they go on, and between backticks. */
function commandsOf(page: string): Command[] {
	const text = read(page).replaceAll(/ \\\n\s*/g, ' ');
	const inBlocks = blocksOf(text, '(?:sh|yaml)').flatMap(block => block.split('\n'));
	const between = [...text.matchAll(/`(venvpack [^`\n]+)`/g)].map(([, line]) => line ?? '');
	return [...inBlocks, ...between].flatMap(line =>
		[...line.matchAll(/\bvenvpack (build|inspect|verify|explain|init)\b([^|;)#]*)/g)].map(([whole, name = '']) => ({
			page,
			name,
			line: whole,
		})),
	);
}

/** Of what stands in quotes, nothing is a flag of ours. */
function flagsOf(line: string): string[] {
	return line.replaceAll(/'[^']*'|"[^"]*"/g, '').match(/(?<=\s)--?[a-z][a-z0-9-]*/g) ?? [];
}

/** Blocks of TOML that configure venvpack, by themselves or in a pyproject.toml. */
function configurationsOf(page: string): Array<{page: string; value: unknown}> {
	return blocksOf(read(page), 'toml').flatMap(text => {
		const {tool, project, ...rest} = parseToml(text, hostPath(`/${page}`)) as {
			tool?: {venvpack?: unknown};
			project?: unknown;
		};
		if (tool !== undefined || project !== undefined) {
			return tool?.venvpack === undefined ? [] : [{page, value: tool.venvpack}];
		}

		return [{page, value: rest}];
	});
}

function blocksOf(text: string, language: string): string[] {
	const blocks = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'));
	return [...blocks].map(([, , block = '']) => block);
}
