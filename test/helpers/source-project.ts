export interface SourceProject {
	/** Seconds that its backend waits for a child of its own, in the middle of building. */
	readonly slow?: number;
	/** Bytes of a file that no compressor makes smaller. */
	readonly payload?: number;
	/** Lines that the backend runs instead of building. */
	readonly instead?: string;
	/** Further tables of pyproject.toml. */
	readonly tables?: string;
}

/** The files of a project that brings its own PEP 517 backend, so that building it needs nothing from anywhere. */
export function sourceProject(project: SourceProject = {}): Record<string, string> {
	return {
		'pyproject.toml': pyproject(project.tables),
		'backend.py': project.instead === undefined ? backend(project) : failing(project.instead),
	};
}

function pyproject(tables = ''): string {
	return `[project]
name = "app"
version = "1.0"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
${tables}`;
}

function failing(lines: string): string {
	return `def build_wheel(folder, config_settings=None, metadata_directory=None):
${lines.replaceAll(/^/gm, '    ')}
`;
}

function backend({slow = 0, payload = 0}: SourceProject): string {
	return `import base64, hashlib, os, random, subprocess, zipfile

FILES = {
    'app.py': b'import sys\\n\\n\\ndef main():\\n    print("I live in", sys.prefix)\\n',
    'app.bin': random.Random(7).randbytes(${payload}),
    'app-1.0.dist-info/METADATA': b'Metadata-Version: 2.1\\nName: app\\nVersion: 1.0\\n',
    'app-1.0.dist-info/WHEEL': b'Wheel-Version: 1.0\\nGenerator: app\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
    'app-1.0.dist-info/entry_points.txt': b'[console_scripts]\\napp = app:main\\n',
}


def row(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
    return '%s,sha256=%s,%d\\n' % (name, digest, len(data))


def build_wheel(folder, config_settings=None, metadata_directory=None):
    subprocess.run(['sleep', '${slow}'])
    record = 'app-1.0.dist-info/RECORD'
    name = 'app-1.0-py3-none-any.whl'
    with zipfile.ZipFile(os.path.join(folder, name), 'w') as wheel:
        for path, data in FILES.items():
            wheel.writestr(zipfile.ZipInfo(path), data)
        rows = ''.join(row(path, data) for path, data in FILES.items())
        wheel.writestr(zipfile.ZipInfo(record), rows + record + ',,\\n')
    return name
`;
}
