import type { Experiment } from './experiment.ts';
import { c12 } from './guarantee.ts';
import { c10, c9 } from './holds.ts';
import { c11 } from './payments.ts';
import { c4, c8 } from './pessimistic.ts';
import { c7 } from './retry.ts';
import { c5, c6 } from './timeouts.ts';
import { c1, c2, c3 } from './waves.ts';

/** Every claim of the source analysis, in its order. */
export const EXPERIMENTS: readonly Experiment[] = [c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12];
