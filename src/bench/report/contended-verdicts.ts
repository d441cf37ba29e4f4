/** The verdicts of a contended workload. */
import type { Baseline } from '../rivals/baselines.ts';
import { cpuShares } from '../measure/cpu-share.ts';
import { floorOf } from '../floors.ts';
import type { Operation } from '../measure/worker-protocol.ts';
import type { Sample } from '../session.ts';
import { countable } from '../session.ts';
import { medianOf } from '../../load/spread.ts';
import type { SAME_AGAIN } from './trust.ts';
import type { Goal, Verdict } from './verdict.ts';
import { judge, pairsOf } from './verdict.ts';

export interface ContendedWorkload {
  readonly name: 'hot-wallet' | 'on-sale-1-seat' | 'on-sale-2-seats' | 'payments';
  readonly operation: Operation;
  readonly seatsPerHold: number;
}

export type ContenderName = 'grouped' | typeof SAME_AGAIN | 'atomic' | Baseline;

/** The number of clients or connections at which each rival is fastest. */
export interface Best {
  readonly clients: Readonly<Record<Baseline, number>>;
  readonly poolSize: number;
  /** The highest rate of any rival. */
  readonly perSecondMax: number;
}

export function contendedVerdicts(
  { name, operation }: ContendedWorkload,
  made: {
    readonly samples: ReadonlyMap<ContenderName, readonly Sample[]>;
    readonly best: Best;
    readonly client: 'pgbench' | 'pg';
  },
): readonly Verdict[] {
  const { best, client } = made;
  const samplesOf = (contender: ContenderName) => made.samples.get(contender) ?? [];
  const ratesOf = (contender: ContenderName) =>
    samplesOf(contender).map((sample) => countable(sample, ({ perSecond }) => perSecond));
  const pairsWith = (rival: ContenderName) =>
    pairsOf({ ours: samplesOf('grouped'), baseline: samplesOf(rival) }, ({ perSecond }) => perSecond);
  const oursName = `${operation}/grouped`;
  const { 'single-statement': single, 'as-analysed': analysed } = best.clients;
  const againstScript: Goal = {
    ...floorOf(name),
    ours: oursName,
    baseline: `${client}, one statement, ${single} clients`,
  };
  const againstOwn: Goal = {
    ...floorOf(`${name}-own`),
    ours: oursName,
    baseline: `${operation}/atomic, pool of ${best.poolSize}`,
  };
  return [
    judge(againstScript, pairsWith('single-statement'), [
      `as analysed (${client}, ${analysed} clients): ${rateText(ratesOf('as-analysed'))}`,
      `processors, ours: ${cpuShares(samplesOf('grouped'))}; baseline: ${cpuShares(samplesOf('single-statement'))}`,
    ]),
    judge(againstOwn, pairsWith('atomic'), [`processors, baseline: ${cpuShares(samplesOf('atomic'))}`]),
  ];
}

function rateText(values: readonly (number | null)[]): string {
  const median = medianOf(values);
  return median === null ? 'not counted' : `${Math.round(median).toLocaleString('en-US')}/s`;
}
