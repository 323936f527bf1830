import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Choice, Host} from '../../src/config/choose-targets.ts';
import type {FormatTraits} from '../../src/config/compression.ts';
import type {Config} from '../../src/config/config.ts';
import {loadConfig} from '../../src/config/load.ts';
import type {BuilderPython} from '../../src/config/python.ts';
import {VenvpackError} from '../../src/model/errors.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import type {Compression} from '../../src/model/plan.ts';
import type {Request} from '../../src/model/request.ts';

const zstd: Compression = {method: 'zstd', level: 9};
const xz: Compression = {method: 'xz', level: 6};
const gzip: Compression = {method: 'gzip', level: 6};

const section = {type: 'string', description: 'The section.', default: 'misc'} as const;
const priority = {
	type: 'string',
	description: 'The priority.',
	default: 'optional',
	oneOf: ['optional', 'extra'],
} as const;

/** Formats as a configuration sees them. */
export const formats: readonly FormatTraits[] = [
	{
		name: 'deb',
		packager: 'dpkg',
		settings: {section, priority, depends: {type: 'strings', description: 'Dependencies.', default: []}},
		compressions: ({id}) => (id === 'debian-11' ? [xz, gzip] : [zstd, xz, gzip]),
	},
	{
		name: 'rpm',
		packager: 'rpm',
		settings: {level: {type: 'integer', description: 'A level.', default: 3, minimum: 1, maximum: 9}},
		compressions: () => [zstd, xz, gzip],
	},
	{name: 'tar.gz', packager: undefined, settings: {}, compressions: () => [gzip]},
	{name: 'tar.zst', packager: undefined, settings: {}, compressions: () => [zstd]},
	{name: 'dir', packager: undefined, settings: {}, compressions: () => [{method: 'none', level: 0}]},
];

const osReleases: Readonly<Record<string, string>> = {
	bookworm: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
	rocky9: 'ID="rocky"\nVERSION_ID="9.4"\nID_LIKE="rhel centos fedora"\n',
	mint: 'ID=linuxmint\nVERSION_ID="21.3"\nUBUNTU_CODENAME=jammy\n',
	arch: 'ID=arch\n',
};

/** A machine of that distribution. */
export function hostOf(distribution: string): Host {
	return {osRelease: osReleases[distribution] ?? '', machine: 'x86_64'};
}

export const python311: BuilderPython = {
	executable: hostPath('/usr/bin/python3.11'),
	prefix: hostPath('/usr'),
	minor: '3.11',
	version: '3.11.2',
};

/** A throw-away folder with these files, gone when the test ends. A name that ends in a slash is a folder. */
export function folder(t: ExecutionContext, files: Readonly<Record<string, string>>): HostPath {
	const root = mkdtempSync(join(realpathSync(tmpdir()), 'venvpack-test-'));
	t.teardown(() => rmSync(root, {recursive: true}));
	for (const [name, text] of Object.entries(files)) {
		const path = join(root, name);
		mkdirSync(name.endsWith('/') ? path : dirname(path), {recursive: true});
		if (!name.endsWith('/')) {
			writeFileSync(path, text);
		}
	}

	return hostPath(root);
}

export const hello = `[project]
name = "hello"
version = "1.0"
authors = [{name = "Jane Doe", email = "jane@example.org"}]
[build-system]
requires = ["hatchling"]
`;

export interface World {
	readonly files?: Readonly<Record<string, string>>;
	readonly request?: Request;
	readonly environment?: Readonly<Record<string, string>>;
	/** The folder that is the project, below the throw-away one; null: none is named. */
	readonly project?: string | null;
}

/** Loads the configuration of a project in a throw-away folder. */
export async function load(t: ExecutionContext, world: World): Promise<{config: Config; root: HostPath}> {
	const root = folder(t, world.files ?? {'pyproject.toml': hello});
	const project = world.project === null ? {} : {project: hostPath(join(root, world.project ?? ''))};
	const options = {formats, environment: world.environment ?? {}, cwd: root};
	return {config: await loadConfig({...project, ...world.request}, options), root};
}

/** What a refusal says: message, code and hint, with the throw-away folder as `ROOT`. */
export async function refusalOf(
	t: ExecutionContext,
	work: (root: HostPath) => unknown,
	files: World['files'] = {},
): Promise<string> {
	const root = folder(t, files);
	const error = await t.throwsAsync(async () => work(root), {instanceOf: VenvpackError});
	return told(error, root);
}

/** The same for a configuration that cannot be loaded. */
export async function refusal(t: ExecutionContext, world: World): Promise<string> {
	let root = '';
	const error = await t.throwsAsync(
		async () => {
			root = folder(t, world.files ?? {'pyproject.toml': hello});
			const project = world.project === null ? {} : {project: hostPath(join(root, world.project ?? ''))};
			await loadConfig(
				{...project, ...world.request},
				{formats, environment: world.environment ?? {}, cwd: hostPath(root)},
			);
		},
		{instanceOf: VenvpackError},
	);
	return told(error, root);
}

function told(error: VenvpackError | undefined, root: string): string {
	return `${error?.message}\n→ ${error?.hint}\n[${error?.code}]`.replaceAll(root, 'ROOT');
}

/** `deb debian-12, rpm el9`. */
export function choicesText(choices: readonly Choice[]): string {
	return choices.map(({format, target}) => `${format.name} ${target.id}`).join(', ');
}
