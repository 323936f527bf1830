import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {directory} from '../../src/formats/directory.ts';
import {hostPath} from '../../src/model/paths.ts';
import {pack} from './pack.ts';
import {pkg} from './package.ts';

/** Packs a folder and prints where it lies. For a process of its own: AVA's workers have no umask. */
const literal = pkg({
	'/opt/app/bin/run': '#!/bin/sh\n',
	'/opt/app/closed/': {mode: 0o555},
	'/opt/app/closed/file': {mode: 0o444, text: 'x'},
	'/opt/app/open': {mode: 0o666, text: ''},
	'/opt/app/link': {link: 'bin/run'},
});

const folder = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
process.stdout.write(await pack(directory, literal, {file: hostPath(join(folder, 'app-1.0'))}));
