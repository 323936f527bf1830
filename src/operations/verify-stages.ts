import {rootfsStage} from './verify-rootfs.ts';
import {runStage} from './verify-run.ts';
import type {VerifyStage} from './verify-stage.ts';

/** In the order in which they run, after the static checks. */
export const stages: readonly VerifyStage[] = [runStage, rootfsStage];
