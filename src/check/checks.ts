import type {Check} from './check.ts';
import {bytecode} from './checks/bytecode.ts';
import {damage} from './checks/damage.ts';
import {elf} from './checks/elf.ts';
import {junk} from './checks/junk.ts';
import {packaging} from './checks/package.ts';

/** What `verify` asks of every artifact, in the order of its report. */
export const checks: readonly Check[] = [damage, elf, bytecode, packaging, junk];
