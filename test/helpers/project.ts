import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

export interface ProjectOptions {
	readonly name?: string;
	readonly version?: string;
	readonly dependencies?: readonly string[];
	/** More of pyproject.toml. */
	readonly more?: string;
	/** More files: path → text. */
	readonly files?: Readonly<Record<string, string>>;
	/** Python that the backend runs before it makes the wheel; its folder is the source's. */
	readonly building?: string;
}

/** Writes a project whose backend is its own, so that nothing has to be installed to build it. */
export function writeProject(folder: string, options: ProjectOptions = {}): string {
	const {name = 'hello', version = '1.0', dependencies = [], more = '', files = {}, building = ''} = options;
	const pyproject = `[project]
name = "${name}"
version = "${version}"
requires-python = ">=3.8"
dependencies = ${JSON.stringify(dependencies)}
[build-system]
requires = []
build-backend = "own_backend"
backend-path = ["backend"]
${more}`;
	const all = {
		'pyproject.toml': pyproject,
		'backend/own_backend.py': backend({name, version, dependencies, building}),
		[`${name}.py`]: 'x = 1\n',
		...files,
	};
	for (const [path, text] of Object.entries(all)) {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), text);
	}

	return folder;
}

/** Packs what lies in the source beside the backend itself: modules and shared objects. */
function backend({
	name,
	version,
	dependencies,
	building,
}: Required<Pick<ProjectOptions, 'name' | 'version' | 'dependencies' | 'building'>>): string {
	const needs = dependencies.map(line => `Requires-Dist: ${line}\\n`).join('');
	return `
import base64, hashlib, os, subprocess, sys, sysconfig, zipfile

def build_wheel(folder, settings=None, metadata=None):
${building.replaceAll(/^/gm, '    ')}
    info = '${name}-${version}.dist-info'
    members = {name: open(name, 'rb').read() for name in sorted(os.listdir('.')) if name.endswith(('.py', '.so'))}
    members[info + '/METADATA'] = b'Metadata-Version: 2.1\\nName: ${name}\\nVersion: ${version}\\n${needs}'
    members[info + '/WHEEL'] = b'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'
    rows = ''.join('%s,sha256=%s,%d\\n' % (name, base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode(), len(data)) for name, data in members.items())
    members[info + '/RECORD'] = (rows + info + '/RECORD,,\\n').encode()
    wheel = '${name}-${version}-py3-none-any.whl'
    with zipfile.ZipFile(os.path.join(folder, wheel), 'w') as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return wheel
`;
}
