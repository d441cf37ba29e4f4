/** Judges measurements: ratios against their floors. */
import type { ProcessorTime } from './processor-time.ts';
import { medianTime, processorTimeOf, totalOf } from './processor-time.ts';
import type { Sample } from '../session.ts';
import { countable } from '../session.ts';
import type { Floor } from '../floors.ts';
import type { Spread } from '../../load/spread.ts';
import { intervalOf, spreadOf } from '../../load/spread.ts';

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

export interface Verdict extends Goal {
  readonly oursSpread: Spread | null;
  readonly baselineSpread: Spread | null;
  /** Over the ratios of the pairs, so that what slows down both sides cancels out. */
  readonly ratioSpread: Spread | null;
  /** 95 % confidence interval of the mean ratio; null for fewer than two pairs. */
  readonly ratioInterval: readonly [low: number, high: number] | null;
  readonly met: boolean;
  readonly aimMet: boolean;
  /** Medians of both sides; null where a line compares something else than samples. */
  readonly processorTime: ComparedTimes | null;
  /** Printed below the table. */
  readonly notes: readonly string[];
}

/** Processor time per operation, and of all sides together ours divided by the baseline's. */
export interface ComparedTimes extends PairOf<ProcessorTime | null> {
  readonly ratioSpread: Spread | null;
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

/** Judges the pairs; a pair that lacks a value fails the floor. */
export function judge(goal: Goal, pairs: readonly Pair[], notes: readonly string[] = []): Verdict {
  const complete = pairs.filter((pair): pair is { ours: number; baseline: number } => {
    return pair.ours !== null && pair.baseline !== null && pair.ours > 0 && pair.baseline > 0;
  });
  const isComplete = complete.length > 0 && complete.length === pairs.length;
  const ratios = complete.map(({ ours, baseline }) =>
    goal.ratio === 'ours/baseline' ? ours / baseline : baseline / ours,
  );
  const ratioSpread = spreadOrNull(ratios);
  const reaches = (wanted: number): boolean => {
    if (ratioSpread === null || !isComplete) return false;
    return goal.bound === 'at least' ? ratioSpread.median >= wanted : ratioSpread.median <= wanted;
  };
  return {
    ...goal,
    oursSpread: spreadOrNull(complete.map(({ ours }) => ours)),
    baselineSpread: spreadOrNull(complete.map(({ baseline }) => baseline)),
    ratioSpread,
    ratioInterval: intervalOf(ratios),
    met: reaches(goal.floor),
    aimMet: reaches(goal.aim),
    processorTime: comparedTimes(pairs),
    notes,
  };
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
    readonly floor: number;
    readonly met: boolean;
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
      ({ name, oursSpread, baselineSpread, ratioSpread, floor, met, bound, aim, unit, processorTime }) => ({
        name,
        ours: rounded(oursSpread),
        baseline: rounded(baselineSpread),
        ratio: rounded(ratioSpread),
        floor,
        met,
        bound,
        aim,
        unit,
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

function toFourDigits(value: number): number {
  return Number(value.toPrecision(4));
}
