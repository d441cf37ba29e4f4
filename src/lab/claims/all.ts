import type { Experiment } from './experiment.ts';
import { c12 } from './c12-guarantee/experiment.ts';
import { c10, c9 } from './c09-c10-nowait/experiment.ts';
import { c11 } from './c11-guard-first/experiment.ts';
import { c4, c8 } from './c04-c08-pools/experiment.ts';
import { c7 } from './c07-retry/experiment.ts';
import { c5, c6 } from './c05-c06-timeouts/experiment.ts';
import { c1, c2, c3 } from './c01-c03-waves/experiment.ts';

/** Every claim of the analysis, in its order. */
export const EXPERIMENTS: readonly Experiment[] = [c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12];
