/** The memory that `inspect` takes, of the built command line: an application of twelve thousand files is looked at in 100 MB. */
import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {deb} from '../../src/formats/deb/index.ts';
import type {Format} from '../../src/formats/format.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {tarZst} from '../../src/formats/tar.ts';
import {pack} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Has a process say at its end how much memory it had at most, in KiB. */
const tellPeak =
	'data:text/javascript,process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))';
const site = '/opt/app/lib/python3.11/site-packages';
const limit = 100_000_000;

/** 12,000 files in 100 distributions. Their bytes are random: what is nearly all the same unpacks by the megabyte. */
function application(): Record<string, LiteralEntry> {
	const files: Record<string, LiteralEntry> = {'/opt/app/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n'};
	for (let one = 0; one < 100; one++) {
		const names = Array.from({length: 120}, (_, at) => `package_${one}/folder_${at % 7}/some_module_${at}.py`);
		for (const name of names) {
			files[`${site}/${name}`] = randomBytes(256);
		}

		const info = `${site}/package_${one}-1.0.dist-info`;
		files[`${info}/METADATA`] = `Metadata-Version: 2.1\nName: package_${one}\nVersion: 1.0\n`;
		files[`${info}/RECORD`] = names.map(name => `${name},sha256=${'x'.repeat(43)},256\n`).join('');
	}

	return files;
}

const within = test.macro(async (t, format: Format) => {
	const file = await pack(format, pkg(application()));
	const peaks: number[] = [];
	// When garbage is collected is a matter of luck, and of what else the machine does.
	while (peaks.length < 5 && !peaks.some(peak => peak <= limit)) {
		// Through a shell that stays: the kernel counts the memory of who starts a program as the program's own.
		const command = [process.execPath, '--import', tellPeak, program, 'inspect', file];
		const {stderr, status} = spawnSync('sh', ['-c', '"$@"; exit $?', 'sh', ...command], {encoding: 'utf8'});
		t.is(status, 0, stderr);
		peaks.push(Number(/\d+$/.exec(stderr)?.[0]) * 1024);
	}

	t.log(`${peaks.map(peak => Math.round(peak / 1_000_000)).join(', ')} MB`);
	t.true(Math.min(...peaks) <= limit);
});

test.serial('a deb of 12,000 files', within, deb);
test.serial('an rpm of 12,000 files', within, rpm);
test.serial('a tarball of 12,000 files', within, tarZst);
