/** Judges measurements: ratios against their floors. */
import type { ProcessorTime } from './processor-time.ts';
import { medianTime, processorTimeOf, totalOf } from './processor-time.ts';
import type { Sample } from '../session.ts';
import { countable } from '../session.ts';
import type { Floor } from '../floors.ts';
import type { Spread } from '../../load/spread.ts';
import { outliersOf, ratioIntervalOf, spreadOf } from '../../load/spread.ts';

/** A workload's floor, and what is compared. */
export interface Goal extends Omit<Floor, 'rival'> {
  readonly name: string;
  readonly ours: string;
  readonly baseline: string;
}

/** Two values measured one after the other; null for one that does not count. */
export interface Pair {
  readonly ours: number | null;
  readonly baseline: number | null;
  readonly times?: PairOf<ProcessorTime | null>;
}

/** One of ours and one of the baseline's. */
export interface PairOf<T> {
  readonly ours: T;
  readonly baseline: T;
}

export type Interval = readonly [low: number, high: number];

/** A floor is met, or missed, only where the whole interval is on that side of it. */
export type Result = 'met' | 'missed' | 'not shown';

export interface Verdict extends Goal {
  readonly oursSpread: Spread | null;
  readonly baselineSpread: Spread | null;
  /** Over the ratios of the pairs, so that what slows down both sides cancels out. */
  readonly ratioSpread: Spread | null;
  /** 95 % confidence interval of the ratio, see `ratioIntervalOf`; null for fewer than two pairs. */
  readonly ratioInterval: Interval | null;
  /** Ratios far from the others, which are counted all the same; null for too few pairs to tell. */
  readonly outliers: readonly number[] | null;
  readonly result: Result;
  /** Why it is not shown. */
  readonly reason: string | null;
  /** Whether the whole interval is on the aim's right side. */
  readonly aimMet: boolean;
  /** Medians of both sides; null where a line compares something else than samples. */
  readonly processorTime: ComparedTimes | null;
  /** Printed below the table. */
  readonly notes: readonly string[];
}

/** Processor time per operation, and of all sides together ours divided by the baseline's. */
export interface ComparedTimes extends PairOf<ProcessorTime | null> {
  readonly ratioSpread: Spread | null;
  readonly ratioInterval: Interval | null;
}

/** Pairs the samples by repeat, with a value of each. */
export function pairsOf(
  { ours, baseline }: PairOf<readonly Sample[]>,
  value: (sample: Sample) => number | null,
): readonly Pair[] {
  return ours.map((own, i) => {
    const other = baseline[i];
    return {
      ours: countable(own, value),
      baseline: other === undefined ? null : countable(other, value),
      times: {
        ours: processorTimeOf(own),
        baseline: other === undefined ? null : processorTimeOf(other),
      },
    };
  });
}

/** Judges the pairs; with one that lacks a value nothing is shown. */
export function judge(goal: Goal, pairs: readonly Pair[], notes: readonly string[] = []): Verdict {
  const complete = pairs.filter((pair): pair is { ours: number; baseline: number } => {
    return pair.ours !== null && pair.baseline !== null && pair.ours > 0 && pair.baseline > 0;
  });
  const ratios = complete.map(({ ours, baseline }) =>
    goal.ratio === 'ours/baseline' ? ours / baseline : baseline / ours,
  );
  const ratioInterval = ratioIntervalOf(ratios);
  const missing = pairs.length - complete.length;
  const result = missing > 0 ? 'not shown' : sideOf(ratioInterval, goal.bound, goal.floor);
  return {
    ...goal,
    oursSpread: spreadOrNull(complete.map(({ ours }) => ours)),
    baselineSpread: spreadOrNull(complete.map(({ baseline }) => baseline)),
    ratioSpread: spreadOrNull(ratios),
    ratioInterval,
    outliers: outliersOf(ratios),
    result,
    reason: result === 'not shown' ? reasonOf(pairs.length, missing) : null,
    aimMet: missing === 0 && sideOf(ratioInterval, goal.bound, goal.aim) === 'met',
    processorTime: comparedTimes(pairs),
    notes,
  };
}

/** A line that this machine can't measure, and why. */
export function notMeasured(goal: Goal, why: string): Verdict {
  return { ...judge(goal, []), reason: `not measured: ${why}` };
}

function sideOf(interval: Interval | null, bound: Goal['bound'], wanted: number): Result {
  if (interval === null) return 'not shown';
  const [worst, best] = bound === 'at least' ? interval : [-interval[1], -interval[0]];
  const least = bound === 'at least' ? wanted : -wanted;
  if (worst >= least) return 'met';
  return best < least ? 'missed' : 'not shown';
}

function reasonOf(pairs: number, missing: number): string {
  if (missing > 0) return `${missing} of ${pairs} pairs do not count`;
  return pairs < 2 ? `an interval needs two pairs, not ${pairs}` : 'the floor lies within the interval';
}

function comparedTimes(pairs: readonly Pair[]): ComparedTimes | null {
  const times = pairs.flatMap((pair) => (pair.times === undefined ? [] : [pair.times]));
  if (times.length === 0) return null;
  const ratios = times.flatMap(({ ours, baseline }) => {
    const [own, other] = [ours, baseline].map((time) => (time === null ? null : totalOf(time)));
    return own && other ? [own / other] : [];
  });
  return {
    ours: medianTime(times.map(({ ours }) => ours)),
    baseline: medianTime(times.map(({ baseline }) => baseline)),
    ratioSpread: spreadOrNull(ratios),
    ratioInterval: ratioIntervalOf(ratios),
  };
}

function spreadOrNull(values: readonly number[]): Spread | null {
  return values.length === 0 ? null : spreadOf(values);
}

/** The result for programs. */
export interface BenchJson {
  readonly auditClean: boolean;
  readonly workloads: readonly {
    readonly name: string;
    readonly ours: number | null;
    readonly baseline: number | null;
    readonly ratio: number | null;
    /** 95 %. */
    readonly interval: Interval | null;
    readonly floor: number;
    readonly result: Result;
    readonly bound: Goal['bound'];
    readonly aim: number;
    readonly unit: string;
    /** Microseconds per operation. */
    readonly processorTime: PairOf<ProcessorTime | null> | null;
  }[];
}

export function toJson(verdicts: readonly Verdict[], auditClean: boolean): BenchJson {
  return {
    auditClean,
    workloads: verdicts.map(
      ({ name, oursSpread, baselineSpread, ratioSpread, ratioInterval, processorTime, ...verdict }) => ({
        name,
        ours: rounded(oursSpread),
        baseline: rounded(baselineSpread),
        ratio: rounded(ratioSpread),
        interval: ratioInterval && [toFourDigits(ratioInterval[0]), toFourDigits(ratioInterval[1])],
        floor: verdict.floor,
        result: verdict.result,
        bound: verdict.bound,
        aim: verdict.aim,
        unit: verdict.unit,
        processorTime: processorTime && {
          ours: processorTime.ours && roundedTime(processorTime.ours),
          baseline: processorTime.baseline && roundedTime(processorTime.baseline),
        },
      }),
    ),
  };
}

/** Four digits: the measurement is not more exact. */
function rounded(spread: Spread | null): number | null {
  return spread === null ? null : toFourDigits(spread.median);
}

function roundedTime({ client, service, server }: ProcessorTime): ProcessorTime {
  return {
    client: client && toFourDigits(client),
    service: typeof service === 'number' ? toFourDigits(service) : service,
    server: server && toFourDigits(server),
  };
}

export function toFourDigits(value: number): number {
  return Number(value.toPrecision(4));
}
