import type {Check} from './check.ts';
import {bytecode} from './checks/bytecode.ts';
import {damage} from './checks/damage.ts';
import {digests} from './checks/digests.ts';
import {elf} from './checks/elf.ts';
import {junk} from './checks/junk.ts';
import {layout} from './checks/layout.ts';
import {leaks} from './checks/leaks.ts';
import {links} from './checks/links.ts';
import {manifest} from './checks/manifest.ts';
import {modes} from './checks/modes.ts';
import {packaging} from './checks/package.ts';
import {record} from './checks/record.ts';
import {secrets} from './checks/secrets.ts';
import {shebangs} from './checks/shebangs.ts';
import {venv} from './checks/venv.ts';

/** What `verify` asks of every artifact, in the order of its report. */
export const checks: readonly Check[] = [
	damage,
	manifest,
	digests,
	leaks,
	venv,
	layout,
	shebangs,
	links,
	record,
	bytecode,
	elf,
	packaging,
	modes,
	junk,
	secrets,
];
