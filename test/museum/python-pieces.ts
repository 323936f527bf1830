import {info, minor, type Piece, prefix, pyc, site} from './place.ts';

const activate = `${prefix}/bin/activate`;
const source = `${site}/app.py`;
/** Changes the bytes of the bytecode in place. */
const bytecode = (code: string, change: (bytes: Buffer) => Uint8Array): Piece => ({
	code,
	path: pyc,
	breaks(it) {
		const bytes = Buffer.from(it.bytes(pyc));
		it.put(pyc, change(bytes));
	},
});
/** The bytecode once more, under another name. */
const again = (code: string, path: string): Piece => ({code, path, breaks: it => it.put(path, it.bytes(pyc))});

/** Traces of the builder, and bytecode. */
export const pythonPieces: readonly Piece[] = [
	{code: 'LEAK_STAGE', path: activate, breaks: it => it.edit(activate, text => `VIRTUAL_ENV=/srv/build/venv\n${text}`)},
	{
		code: 'LEAK_HOME',
		path: activate,
		breaks: it => it.edit(activate, text => `VIRTUAL_ENV=/home/ada/venv\n# /home/ada/.bashrc\n${text}`),
	},
	{
		code: 'LEAK_BUILD',
		path: `${info}/direct_url.json`,
		breaks(it) {
			it.put(`${info}/direct_url.json`, '{"url": "file:///tmp/src/app", "dir_info": {}}');
			it.record(`${info}/RECORD`, 'app-1.0.dist-info/direct_url.json');
		},
	},
	{
		code: 'LEAK_INTERPRETER',
		path: `${prefix}/pyvenv.cfg`,
		breaks: it =>
			it.edit(`${prefix}/pyvenv.cfg`, text => `${text}executable = /root/.pyenv/versions/3.11.7/bin/python3.11\n`),
	},
	{
		code: 'LEAK_NEEDLE',
		path: `${prefix}/etc/x`,
		verify: {needles: ['build7.corp.example']},
		breaks: it => it.put(`${prefix}/etc/x`, 'made on build7.corp.example\n'),
	},

	bytecode('BYTECODE_DAMAGED', bytes => bytes.subarray(0, 30)),
	bytecode('BYTECODE_FOREIGN_PATH', bytes => {
		for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at + 1)) {
			bytes.write('/srv/ab', at);
		}

		return bytes;
	}),
	bytecode('BYTECODE_MAGIC', bytes => {
		bytes[0] = (bytes[0] ?? 0) ^ 1;
		return bytes;
	}),
	bytecode('BYTECODE_TIMESTAMP', bytes => {
		bytes[4] = 0;
		return bytes;
	}),
	{code: 'BYTECODE_STALE', path: pyc, breaks: it => it.edit(source, text => `${text}# changed afterwards\n`)},
	again('BYTECODE_MISPLACED', `${site}/app.pyc`),
	again('BYTECODE_OTHER_PYTHON', pyc.replace(/cpython-\d+/, `cpython-${minor === '3.9' ? '310' : '39'}`)),
	again('BYTECODE_WITHOUT_SOURCE', pyc.replace('/app.', '/gone.')),
	{code: 'BYTECODE_MISSING', path: site, breaks: it => it.remove(pyc)},

	{
		code: 'JUNK_EDITABLE',
		path: info,
		breaks(it) {
			it.put(`${info}/direct_url.json`, '{"url": "file:///srv/src/app", "dir_info": {"editable": true}}');
			it.record(`${info}/RECORD`, 'app-1.0.dist-info/direct_url.json');
		},
	},
	{
		code: 'JUNK_PIP',
		path: `${site}/pip-24.0.dist-info`,
		breaks(it) {
			const folder = `${site}/pip-24.0.dist-info`;
			it.put(`${folder}/METADATA`, 'Metadata-Version: 2.1\nName: pip\nVersion: 24.0\n');
			it.put(`${folder}/RECORD`, 'pip-24.0.dist-info/METADATA,sha256=,0\npip-24.0.dist-info/RECORD,,\n');
		},
	},
];
