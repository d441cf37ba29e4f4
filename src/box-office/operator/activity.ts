/**
 * Counts what this process answered in the last five minutes, second by second, for an operator who watches a
 * sale. A request sent again with its key counts again, because answers count; `operator.readSales` reads the
 * actual sales from the database.
 *
 * It takes all its memory at the start and runs no timer.
 */
import { build } from 'hdr-histogram-js';
import type { Outcome, RefusalCode } from '../../domain/outcomes.ts';
import { REFUSALS } from '../../domain/outcomes.ts';
import type { BoxOfficeObserver, ObservedOperation } from '../observer.ts';

/** How far back the report reaches. */
const WINDOW_SECONDS = 300;

const SUCCESSES = ['held', 'paid', 'topped_up', 'refunded', 'released'] as const;
const CODES = [...SUCCESSES, ...REFUSALS.map(({ code }) => code)];
const columnOf: ReadonlyMap<string, number> = new Map(CODES.map((code, i) => [code, i]));

/** Latencies are counted in microseconds to two digits; a longer one counts as the longest. */
const US_PER_MS = 1_000;
const LATENCY_US_MAX = 600_000_000;

export interface ActivitySecond {
  /** Successes of the second, by kind. */
  readonly held: number;
  readonly paid: number;
  readonly toppedUp: number;
  readonly refunded: number;
  readonly released: number;
  /** When this second began, by the clock of the process. */
  readonly at: Date;
  /** Payments less refunds, in minor units. */
  readonly revenue: number;
  /** Refusals by code; codes that did not occur are left out. A fault of the program counts as `internal`. */
  readonly outcomes: Readonly<Partial<Record<RefusalCode, number>>>;
  /** From call to answer, waits included, over top-ups, their reversals, holds, payments, releases and refunds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | undefined;
  /** Groups decided, each in one transaction; only grouped strategies have any. */
  readonly groups: number;
  readonly groupSize: { readonly mean: number; readonly max: number } | undefined;
}

export interface ActivityReport {
  readonly at: Date;
  readonly uptimeSeconds: number;
  /** Requests that now wait to be decided in a group. */
  readonly waiting: number;
  /** The watchers of a performance's seats now. */
  readonly watchers: number;
  /** In order, without the seconds that had no answer. The last may not be over yet. */
  readonly seconds: readonly ActivitySecond[];
}

export interface Activity {
  /** Wraps the work to count each of its answers. */
  counted<Request, Answer extends Outcome>(
    operation: ObservedOperation,
    work: (request: Request) => Promise<Answer>,
  ): (request: Request) => Promise<Answer>;
  /** Counts a group of this many members that was decided in one transaction. */
  groupDecided(size: number): void;
  report(): ActivityReport;
}

/** Milliseconds since 1970, monotonic, with fractions: for latencies and for naming seconds. */
function processClock(): number {
  return PROCESS_BEGAN_AT_MS + performance.now();
}

const PROCESS_BEGAN_AT_MS = performance.timeOrigin;

/** Sources of the values that are not counted here. */
interface ActivityInputs {
  readonly waiting?: () => number;
  readonly watchers?: () => number;
  /** Called with each answer too. */
  readonly onAnswer?: BoxOfficeObserver['answered'] | undefined;
  /** Monotonic; tests advance it. */
  readonly clockMs?: () => number;
}

export function createActivity(inputs: ActivityInputs = {}): Activity {
  const { waiting = () => 0, watchers = () => 0, clockMs = processClock, onAnswer } = inputs;
  const openedAtMs = clockMs();
  const ring = createRing(Math.floor(openedAtMs / 1_000));
  return {
    counted: (operation, work) => async (request) => {
      const beganAtMs = clockMs();
      let answer: Outcome | undefined;
      try {
        return (answer = await work(request));
      } finally {
        const endedAtMs = clockMs();
        ring.answered(Math.floor(endedAtMs / 1_000), answer, endedAtMs - beganAtMs);
        onAnswer?.(operation, answer, endedAtMs - beganAtMs);
      }
    },
    groupDecided: (size) => ring.groupDecided(Math.floor(clockMs() / 1_000), size),
    report: () => {
      const atMs = clockMs();
      const uptimeSeconds = Math.floor((atMs - openedAtMs) / 1_000);
      const seconds = ring.until(Math.floor(atMs / 1_000));
      return { at: new Date(atMs), uptimeSeconds, waiting: waiting(), watchers: watchers(), seconds };
    },
  };
}

interface Ring {
  /** Counts an answer; undefined is a fault that was thrown. */
  answered(second: number, answer: Outcome | undefined, latencyMs: number): void;
  groupDecided(second: number, size: number): void;
  /** The seconds of the window that ends with this one. */
  until(second: number): readonly ActivitySecond[];
}

/**
 * A row per second in typed arrays, reused after the window has passed. An answer counts in the second that
 * it ends, so one histogram is enough: it is read into its row when the second is over.
 */
function createRing(firstSecond: number): Ring {
  const secondOf = new Float64Array(WINDOW_SECONDS).fill(Number.NEGATIVE_INFINITY);
  const counts = new Uint32Array(WINDOW_SECONDS * CODES.length);
  const revenue = new Float64Array(WINDOW_SECONDS);
  const latencyUsP50 = new Float64Array(WINDOW_SECONDS);
  const latencyUsP99 = new Float64Array(WINDOW_SECONDS);
  const groups = new Uint32Array(WINDOW_SECONDS);
  const groupMembers = new Uint32Array(WINDOW_SECONDS);
  const groupSizeMax = new Uint32Array(WINDOW_SECONDS);
  const latencies = build({
    highestTrackableValue: LATENCY_US_MAX,
    numberOfSignificantValueDigits: 2,
    bitBucketSize: 32,
  });
  let current = firstSecond;
  let row = firstSecond % WINDOW_SECONDS;
  clearRow();

  function clearRow(): void {
    secondOf[row] = current;
    counts.fill(0, row * CODES.length, (row + 1) * CODES.length);
    for (const column of [revenue, latencyUsP50, latencyUsP99, groups, groupMembers, groupSizeMax]) {
      column[row] = 0;
    }
  }

  function readLatencies(): void {
    if (latencies.totalCount === 0) return;
    latencyUsP50[row] = latencies.getValueAtPercentile(50);
    latencyUsP99[row] = latencies.getValueAtPercentile(99);
  }

  /** A second that is not later than the current one counts as the current one. */
  function turnTo(second: number): void {
    if (second <= current) return;
    readLatencies();
    latencies.reset();
    current = second;
    row = second % WINDOW_SECONDS;
    clearRow();
  }

  function secondAt(at: number): ActivitySecond | undefined {
    const count = (column: number): number => counts[at * CODES.length + column]!;
    const [held, paid, toppedUp, refunded, released] = SUCCESSES.map((_, column) => count(column)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const refusals = REFUSALS.map(({ code }) => [code, count(columnOf.get(code)!)] as const);
    const outcomes = Object.fromEntries(refusals.filter(([, times]) => times > 0));
    const answers = held + paid + toppedUp + refunded + released + Object.keys(outcomes).length;
    if (answers === 0 && groups[at] === 0) return undefined;
    const size = { mean: groupMembers[at]! / groups[at]!, max: groupSizeMax[at]! };
    const latencyMs = { p50: latencyUsP50[at]! / US_PER_MS, p99: latencyUsP99[at]! / US_PER_MS };
    return {
      at: new Date(secondOf[at]! * 1_000),
      held,
      paid,
      toppedUp,
      refunded,
      released,
      revenue: revenue[at]!,
      outcomes,
      latencyMs: answers === 0 ? undefined : latencyMs,
      groups: groups[at]!,
      groupSize: groups[at] === 0 ? undefined : size,
    };
  }

  return {
    answered: (second, answer, latencyMs) => {
      turnTo(second);
      const column = columnOf.get(answer?.outcome ?? 'internal');
      if (column !== undefined) counts[row * CODES.length + column]! += 1;
      if (answer !== undefined) revenue[row]! += revenueOf(answer);
      latencies.recordValue(Math.min(LATENCY_US_MAX, Math.max(1, Math.round(latencyMs * US_PER_MS))));
    },
    groupDecided: (second, size) => {
      turnTo(second);
      groups[row]! += 1;
      groupMembers[row]! += size;
      if (size > groupSizeMax[row]!) groupSizeMax[row] = size;
    },
    until: (second) => {
      readLatencies();
      const inWindow = [...secondOf.keys()].filter((at) => secondOf[at]! > second - WINDOW_SECONDS);
      const inOrder = inWindow.toSorted((a, b) => secondOf[a]! - secondOf[b]!);
      return inOrder.map(secondAt).filter((seen) => seen !== undefined);
    },
  };
}

function revenueOf(answer: Outcome): number {
  if (answer.outcome !== 'paid' && answer.outcome !== 'refunded') return 0;
  const { amount } = answer as Outcome & { readonly amount: number };
  return answer.outcome === 'paid' ? amount : -amount;
}
