import { measureBestAvailable, samplesOfBestAvailable } from './best-available.ts';
import { CONTENDED, measureContended, samplesOfContended } from './contended.ts';
import { measureCrowd, samplesOfCrowd } from './crowd.ts';
import { measureGrowth, measureInterleaved, samplesOfGrowth, samplesOfInterleaved } from './crowd-growth.ts';
import { samplesAgainstBare } from './over-http/against-bare.ts';
import { measureHttpCrowded, samplesOfHttpCrowded } from './over-http/crowded.ts';
import { measureHttpHold } from './over-http/hold.ts';
import { measureHttpProcesses, samplesOfHttpProcesses } from './over-http/processes.ts';
import { measureHttpPurchase } from './over-http/purchase.ts';
import { measureHttpSellOut, samplesOfHttpSellOut } from './over-http/sell-out.ts';
import { measureHttpTopUp } from './over-http/top-up.ts';
import { measureHostile, samplesOfHostile } from './hostile/hostile.ts';
import { measureLatency, samplesOfLatency } from './latency.ts';
import { measureProcesses, samplesOfProcesses } from './processes.ts';
import { measureWatchers, samplesOfWatchers } from './watchers.ts';
import { measureReplays, samplesOfReplays } from './replays.ts';
import { measureSameAgain, samplesOfSameAgain } from './same-again.ts';
import type { Session } from '../session.ts';
import type { Sizes } from './sizes.ts';
import type { Verdict } from '../report/verdict.ts';

/** A workload of the benchmark; it may give several lines of the table. */
export interface Workload {
  readonly name: string;
  /** How many samples it makes. */
  readonly samples: (sizes: Sizes) => number;
  readonly run: (session: Session) => Promise<readonly Verdict[]>;
}

/** In the order of the table. */
export const WORKLOADS: readonly Workload[] = [
  ...CONTENDED.map((workload) => ({
    name: workload.name,
    samples: samplesOfContended,
    run: (session: Session) => measureContended(session, workload),
  })),
  { name: 'crowd', samples: samplesOfCrowd, run: measureCrowd },
  { name: 'crowd-growth', samples: samplesOfGrowth, run: measureGrowth },
  { name: 'crowd-interleaved', samples: samplesOfInterleaved, run: measureInterleaved },
  { name: 'best-available', samples: samplesOfBestAvailable, run: measureBestAvailable },
  { name: 'http-hold', samples: samplesAgainstBare, run: measureHttpHold },
  { name: 'http-top-up', samples: samplesAgainstBare, run: measureHttpTopUp },
  { name: 'http-purchase', samples: samplesAgainstBare, run: measureHttpPurchase },
  { name: 'http-sell-out', samples: samplesOfHttpSellOut, run: measureHttpSellOut },
  { name: 'http-two-processes', samples: samplesOfHttpProcesses, run: measureHttpProcesses },
  { name: 'http-crowded', samples: samplesOfHttpCrowded, run: measureHttpCrowded },
  { name: 'hostile', samples: samplesOfHostile, run: measureHostile },
  { name: 'replays', samples: samplesOfReplays, run: measureReplays },
  { name: 'latency', samples: samplesOfLatency, run: measureLatency },
  { name: 'two-processes', samples: samplesOfProcesses, run: measureProcesses },
  { name: 'watchers', samples: samplesOfWatchers, run: measureWatchers },
];

const CONTROL: Workload = { name: 'same-again', samples: samplesOfSameAgain, run: measureSameAgain };

/** These workloads, and before them an A/A control where none of them has one. */
export function withControl(workloads: readonly Workload[]): readonly Workload[] {
  const haveOne: readonly string[] = CONTENDED.map(({ name }) => name);
  return workloads.some(({ name }) => haveOne.includes(name)) ? workloads : [CONTROL, ...workloads];
}
