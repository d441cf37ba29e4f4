/** The seconds of `GET /v1/admin/activity` as columns for charts and rows for a table. */
import type { Activity, ActivitySecond } from '../answers.ts';

export const WINDOW_SECONDS = 300;

/** A value for each second of the window, the oldest first. Rates are 0 in a second without requests; a measurement
 * without anything measured is null. */
export interface ActivityColumns {
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly held: readonly number[];
  readonly paid: readonly number[];
  readonly refunded: readonly number[];
  readonly revenue: readonly number[];
  readonly latencyMsP50: readonly (number | null)[];
  readonly latencyMsP99: readonly (number | null)[];
  readonly groupSizeMean: readonly (number | null)[];
  readonly groupSizeMax: readonly (number | null)[];
  /** Of each refusal that the window has, by code. */
  readonly refusals: Readonly<Record<string, readonly number[]>>;
}

/** What is not a refusal among a second's outcomes. */
const SUCCESS = 'ok';

/**
 * The window ends with the last whole second: the one that is running still grows, and would look like a fall.
 */
export function columnsOf({ at, seconds }: Activity, windowSeconds = WINDOW_SECONDS): ActivityColumns {
  const end = Math.floor(Date.parse(at) / 1000);
  const bySecond = new Map(seconds.map((second) => [Math.floor(Date.parse(second.at) / 1000), second]));
  const times = Array.from({ length: windowSeconds }, (_, i) => end - windowSeconds + i);
  const column = <T>(read: (second: ActivitySecond) => T, empty: T): readonly T[] =>
    times.map((time) => {
      const second = bySecond.get(time);
      return second === undefined ? empty : read(second);
    });
  const rate = (read: (second: ActivitySecond) => number): readonly number[] => column(read, 0);
  const measured = (read: (second: ActivitySecond) => number | undefined): readonly (number | null)[] =>
    column((second) => read(second) ?? null, null);
  const codes = new Set(times.flatMap((time) => Object.keys(bySecond.get(time)?.outcomes ?? {})));
  codes.delete(SUCCESS);
  return {
    at: times,
    held: rate((second) => second.held),
    paid: rate((second) => second.paid),
    refunded: rate((second) => second.refunded),
    revenue: rate((second) => second.revenue),
    latencyMsP50: measured((second) => second.latencyMs?.p50),
    latencyMsP99: measured((second) => second.latencyMs?.p99),
    groupSizeMean: measured((second) => second.groupSize?.mean),
    groupSizeMax: measured((second) => second.groupSize?.max),
    refusals: Object.fromEntries(
      [...codes].toSorted().map((code) => [code, rate((second) => second.outcomes[code] ?? 0)]),
    ),
  };
}

/** What several seconds come to: rates are summed, of a measurement the worst is kept. */
export interface Stretch {
  /** When it begins, in seconds since 1970. */
  readonly at: number;
  readonly held: number;
  readonly paid: number;
  readonly refunded: number;
  readonly revenue: number;
  readonly refused: number;
  /** By code, the most frequent first. */
  readonly refusals: readonly (readonly [code: string, count: number])[];
  readonly latencyMsP50: number | null;
  readonly latencyMsP99: number | null;
  readonly groupSizeMax: number | null;
}

/** The last `seconds` of the window as one. */
export function lastOf(columns: ActivityColumns, seconds: number): Stretch {
  return stretchOf(columns, Math.max(0, columns.at.length - seconds), columns.at.length);
}

/** The window in stretches of so many seconds, the newest first. */
export function stretchesOf(columns: ActivityColumns, seconds: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let end = columns.at.length; end >= seconds; end -= seconds) {
    stretches.push(stretchOf(columns, end - seconds, end));
  }
  return stretches;
}

function stretchOf(columns: ActivityColumns, from: number, to: number): Stretch {
  const sum = (values: readonly number[]): number => values.slice(from, to).reduce((a, b) => a + b, 0);
  const worst = (values: readonly (number | null)[]): number | null =>
    values.slice(from, to).reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)), null);
  const refusals = Object.entries(columns.refusals)
    .map(([code, values]) => [code, sum(values)] as const)
    .filter(([, times]) => times > 0)
    .toSorted(([, a], [, b]) => b - a);
  return {
    at: columns.at[from] ?? 0,
    held: sum(columns.held),
    paid: sum(columns.paid),
    refunded: sum(columns.refunded),
    revenue: sum(columns.revenue),
    refused: refusals.reduce((total, [, times]) => total + times, 0),
    refusals,
    latencyMsP50: worst(columns.latencyMsP50),
    latencyMsP99: worst(columns.latencyMsP99),
    groupSizeMax: worst(columns.groupSizeMax),
  };
}

/** What is true of one moment: the service keeps no past of it, so the page remembers what it has seen. */
export interface Gauges {
  readonly at: readonly number[];
  readonly waiting: readonly number[];
  readonly poolWaiting: readonly number[];
  readonly poolBusy: readonly number[];
  readonly watchers: readonly number[];
}

export const NO_GAUGES: Gauges = { at: [], waiting: [], poolWaiting: [], poolBusy: [], watchers: [] };

/** The gauges with one more moment; those that left the window are forgotten. */
export function withMoment(gauges: Gauges, { at, now }: Activity, windowSeconds = WINDOW_SECONDS): Gauges {
  const time = Date.parse(at) / 1000;
  // An answer that comes late, or a clock that was set back, does not belong behind a later one.
  if (time <= (gauges.at.at(-1) ?? -Infinity)) return gauges;
  const from = gauges.at.findIndex((seen) => seen > time - windowSeconds);
  const kept = (values: readonly number[], value: number): readonly number[] =>
    from === -1 ? [value] : [...values.slice(from), value];
  return {
    at: kept(gauges.at, time),
    waiting: kept(gauges.waiting, now.waiting),
    poolWaiting: kept(gauges.poolWaiting, now.pool.waiting),
    poolBusy: kept(gauges.poolBusy, now.pool.total - now.pool.idle),
    watchers: kept(gauges.watchers, now.watchers),
  };
}

/** The highest of each in so many seconds; undefined where the page has seen none of them. */
export function highestBetween(
  gauges: Gauges,
  from: number,
  seconds: number,
): Readonly<Record<'waiting' | 'poolWaiting' | 'poolBusy' | 'watchers', number>> | undefined {
  const seen = gauges.at.flatMap((time, i) => (time >= from && time < from + seconds ? [i] : []));
  if (seen.length === 0) return undefined;
  const highest = (values: readonly number[]): number => Math.max(...seen.map((i) => values[i]!));
  return {
    waiting: highest(gauges.waiting),
    poolWaiting: highest(gauges.poolWaiting),
    poolBusy: highest(gauges.poolBusy),
    watchers: highest(gauges.watchers),
  };
}
