import {createHash} from 'node:crypto';
import type {Check, CheckRequest} from '../../src/check/check.ts';
import {Surveyor} from '../../src/check/survey.ts';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import type {Carries} from '../../src/model/carries.ts';
import type {Finding} from '../../src/model/findings.ts';
import type {Declared, OpenedPackage} from '../../src/model/package.ts';
import {type InstallPath, installPath, parentOf} from '../../src/model/paths.ts';
import {passOver} from '../../src/operations/check-pass.ts';
import {type LiteralEntry, type PackageOptions, pkg} from './package.ts';

export const carriesAll: Carries = {
	modes: 'all',
	links: true,
	emptyFolders: true,
	owners: true,
	relations: true,
	digests: true,
	metadata: true,
	outsidePrefix: true,
};

const declaresNothing: Declared = {
	relations: {},
	scripts: new Map(),
	conffiles: [],
	owners: new Map(),
	digests: undefined,
	signatures: [],
	fields: new Map(),
};

export interface ArtifactOptions extends PackageOptions {
	readonly format?: string;
	readonly carries?: Partial<Carries>;
	readonly declared?: Partial<Declared>;
	/** With a manifest that is true, as in what venvpack made; default: none, as in what others made. */
	readonly manifest?: boolean;
	/** Names of the rules that rewrote a file, for the manifest. */
	readonly rules?: Readonly<Record<string, readonly string[]>>;
}

type Files = Readonly<Record<string, LiteralEntry>>;

/** An artifact of literals, as if it had been read. */
export function artifact(files: Files, options: ArtifactOptions = {}): OpenedPackage {
	const {carries, declared, format = 'tar.gz', manifest: isOurs = false, rules = {}} = options;
	const own = files['/opt/app/venvpack.json'];
	const made = pkg(Object.fromEntries(Object.entries(files).filter(([, literal]) => literal !== own)), options);
	const {manifestPath, needs: _needs, ...rest} = made;
	const entries = made.tree.entries.flatMap(entry => {
		if (entry.path !== manifestPath) {
			return [entry];
		}

		const listed = Object.entries(files).flatMap(([path, literal]) => {
			const bytes = path.endsWith('/') ? undefined : bytesOf(literal);
			return bytes ? [[installPath(path), {sha256: sha256(bytes), rules: rules[path] ?? []}] as const] : [];
		});
		const bytes = bytesOf(own) ?? Buffer.concat([...encodeManifest(made.manifest, listed)]);
		return isOurs || own !== undefined ? [{...entry, content: {kind: 'bytes', bytes}} as const] : [];
	});
	return {
		format,
		carries: {...carriesAll, ...carries},
		pkg: {...rest, tree: {entries}, manifest: isOurs ? made.manifest : undefined},
		declared: {...declaresNothing, ...declared},
	};
}

/** A venv at /opt/app that is right in everything, with one distribution `demo`; `differing` replaces and adds files. */
export function goodVenv(differing: Readonly<Record<string, LiteralEntry | undefined>> = {}): Files {
	const site = '/opt/app/lib/python3.11/site-packages';
	const code = {
		'/opt/app/bin/demo': '#!/opt/app/bin/python\nimport demo\n',
		[`${site}/demo/__init__.py`]: 'answer = 42\n',
		[`${site}/demo-1.0.dist-info/METADATA`]: 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n\n',
		[`${site}/demo-1.0.dist-info/INSTALLER`]: 'uv\n',
		[`${site}/demo-1.0.dist-info/entry_points.txt`]: '[console_scripts]\ndemo = demo:main\n',
	};
	const all: Record<string, LiteralEntry | undefined> = {
		'/opt/app/bin/python': {link: 'python3.11'},
		'/opt/app/bin/python3.11': {link: '/usr/bin/python3.11'},
		'/opt/app/pyvenv.cfg': 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n',
		...code,
		[`${site}/demo-1.0.dist-info/RECORD`]: recordOf(code, `${site}/demo-1.0.dist-info/RECORD`),
		...differing,
	};
	return Object.fromEntries(
		Object.entries(all).flatMap(([path, entry]) => (entry === undefined ? [] : [[path, entry]])),
	);
}

/** A RECORD that is true for these files. */
export function recordOf(files: Readonly<Record<string, string | Uint8Array>>, record: string): string {
	const folder = parentOf(parentOf(record as InstallPath));
	const rows = Object.entries(files).map(([path, text]) => {
		const hash = createHash('sha256').update(text).digest('base64url');
		return `${relative(folder, path)},sha256=${hash},${Buffer.byteLength(text)}\n`;
	});
	return `${rows.join('')}${relative(folder, record)},,\n`;
}

/** What checks find in an artifact, from one reading of it. */
export async function findingsOf(
	checks: Check | readonly Check[],
	subject: OpenedPackage,
	asked: CheckRequest = {},
): Promise<readonly Finding[]> {
	const findings: Finding[] = [];
	await passOver({
		subject,
		checks: 'begin' in checks ? [checks] : checks,
		asked,
		surveyor: new Surveyor(subject),
		listener: () => undefined,
		found: found => void findings.push(...found),
	});
	return findings;
}

/** Such as `SHEBANG_MISSING error /opt/app/bin/x`. */
export function told(findings: readonly Finding[]): string[] {
	return findings.map(({code, severity, path}) => `${code} ${severity} ${path}`);
}

function bytesOf(entry: LiteralEntry | undefined): Uint8Array | undefined {
	if (typeof entry === 'string' || entry instanceof Uint8Array) {
		return Buffer.from(entry);
	}

	return entry && 'mode' in entry ? Buffer.from(entry.text ?? '') : undefined;
}

function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

function relative(folder: string, path: string): string {
	const up = folder.split('/').filter(Boolean);
	const to = path.split('/').filter(Boolean);
	while (up.length > 0 && up[0] === to[0]) {
		up.shift();
		to.shift();
	}

	return [...up.map(() => '..'), ...to].join('/');
}
