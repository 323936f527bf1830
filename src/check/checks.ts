import type {Check} from './check.ts';
import {damage} from './checks/damage.ts';

/** What `verify` asks of every artifact, in the order of its report. */
export const checks: readonly Check[] = [damage];
