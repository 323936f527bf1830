import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {zip} from '../../src/formats/zip.ts';
import {pack} from './pack.ts';
import {pkg} from './package.ts';

/** Packs an archive and prints its sha256. For a process of its own: AVA's workers have no time zone. */
const archive = await pack(zip, pkg({'/opt/app/bin/run': '#!/bin/sh\n', '/opt/app/link': {link: 'bin/run'}}));
process.stdout.write(createHash('sha256').update(readFileSync(archive)).digest('hex'));
