import { CONTESTS, measureContest, slicesOfContest } from './contest.ts';
import { measureCrowd, measureGrowth, slicesOfCrowd, slicesOfGrowth } from './crowd.ts';
import { measureHttp, slicesOfHttp } from './http.ts';
import { measureLatency, slicesOfLatency } from './latency.ts';
import { measureProcesses, slicesOfProcesses } from './processes.ts';
import { measureWatchers, slicesOfWatchers } from './watchers.ts';
import type { Session } from '../session.ts';
import type { Sizes } from './sizes.ts';
import type { Verdict } from '../report/verdict.ts';

/** One of the benchmark's workloads; it may give several lines of the table. */
export interface Measure {
  readonly name: string;
  /** How many slices it makes. */
  readonly slices: (sizes: Sizes) => number;
  readonly run: (session: Session) => Promise<readonly Verdict[]>;
}

/** All of them, in the order of the table. */
export const MEASURES: readonly Measure[] = [
  ...CONTESTS.map((contest) => ({
    name: contest.name,
    slices: slicesOfContest,
    run: (session: Session) => measureContest(session, contest),
  })),
  { name: 'crowd', slices: slicesOfCrowd, run: measureCrowd },
  { name: 'crowd-growth', slices: slicesOfGrowth, run: measureGrowth },
  { name: 'http-hold', slices: slicesOfHttp, run: (session) => measureHttp(session, 'hold') },
  { name: 'http-top-up', slices: slicesOfHttp, run: (session) => measureHttp(session, 'topUp') },
  { name: 'latency', slices: slicesOfLatency, run: measureLatency },
  { name: 'two-processes', slices: slicesOfProcesses, run: measureProcesses },
  { name: 'watchers', slices: slicesOfWatchers, run: measureWatchers },
];
