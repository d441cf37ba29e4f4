/** One run in numbers, from which verdicts, tables and plots are made. */
import type { Attempt } from './attempt.ts';
import type { CrowdReport } from './crowd.ts';
import { ERROR } from './crowd.ts';
import type { FinalState } from './final-state.ts';
import type { Cost } from './meter.ts';
import { SUCCESSES } from './fixture.ts';
import type { LatencySummary } from '../../load/latency-summary.ts';
import { summarizeLatencies } from '../../load/latency-summary.ts';
import { meanOf, quantileOf } from '../../load/spread.ts';

/** Waves: requests that read the same version of the same row. */
export interface Wave {
  readonly size: number;
  readonly winners: number;
  /** How many waves of the run had this size and these winners. */
  readonly count: number;
}

export interface RunSummary {
  readonly requests: number;
  readonly successes: number;
  /** Refused or contended, without timeouts, by outcome and, if there is one, cause. */
  readonly losers: Readonly<Record<string, number>>;
  /** Gave up waiting: for the pool, a lock or a statement. */
  readonly timeouts: number;
  readonly errors: number;
  readonly deadlocks: number;
  /** Transactions beyond each request's first. */
  readonly retries: number;
  /** From the first request sent to the last answer. */
  readonly wallMs: number;
  readonly winnersLatency: LatencySummary;
  readonly losersLatency: LatencySummary;
  /** Mean over all requests; null in groups, whose members share a connection. */
  readonly poolWaitMs: number | null;
  /** Median over the winners (below: the losers) of the longest statement, which waits for the row. */
  readonly winnersStatementMs: number;
  readonly losersStatementMs: number;
  /** Median time from BEGIN to ROLLBACK of the losers that had a transaction. */
  readonly losersTransactionMs: number;
  readonly statements: number;
  readonly transactions: number;
  readonly rollbacks: number;
  readonly waves: readonly Wave[];
  readonly cost: Cost;
  readonly finalState: FinalState;
}

/** Causes of `contended` that are timeouts. `nowait` is none: such a request never waited. */
const TIMEOUT_CAUSES: ReadonlySet<string> = new Set([
  'pool',
  'deadline',
  'lock_timeout',
  'locked',
  '57014',
  '25P03',
  '25P04',
]);

/** Whether the request gave up waiting. */
export function isTimeout({ outcome, cause }: Pick<Attempt, 'outcome' | 'cause'>): boolean {
  return outcome === 'contended' && cause !== null && TIMEOUT_CAUSES.has(cause);
}

export function summarise({ attempts, shared }: CrowdReport, cost: Cost, finalState: FinalState): RunSummary {
  const winners = attempts.filter(({ outcome }) => SUCCESSES.has(outcome));
  const others = attempts.filter(({ outcome }) => !SUCCESSES.has(outcome));
  const timedOut = others.filter(isTimeout);
  const failed = others.filter(({ outcome }) => outcome === ERROR);
  const losers = others.filter((attempt) => !timedOut.includes(attempt) && !failed.includes(attempt));
  const sum = (of: (attempt: Attempt) => number): number =>
    attempts.reduce((total, one) => total + of(one), 0);
  const firstSent = attempts.reduce((first, { sentMs }) => Math.min(first, sentMs), Number.POSITIVE_INFINITY);
  const lastAnswered = attempts.reduce((last, { answeredMs }) => Math.max(last, answeredMs), 0);
  return {
    requests: attempts.length,
    successes: winners.length,
    losers: countedBy(losers, kindOf),
    timeouts: timedOut.length,
    errors: failed.length,
    deadlocks: sum(({ deadlocks }) => deadlocks),
    retries: sum(({ transactions }) => Math.max(0, transactions - 1)),
    wallMs: attempts.length === 0 ? 0 : lastAnswered - firstSent,
    winnersLatency: latenciesOf(winners),
    losersLatency: latenciesOf(losers),
    poolWaitMs: attempts.some(usedPool) ? meanOf(attempts.map(({ poolWaitMs }) => poolWaitMs)) : null,
    winnersStatementMs: medianOf(winners, ({ longestStatementMs }) => longestStatementMs),
    losersStatementMs: medianOf(losers, ({ longestStatementMs }) => longestStatementMs),
    losersTransactionMs: medianOf(
      losers.filter(({ transactions }) => transactions > 0),
      ({ transactionMs }) => transactionMs,
    ),
    statements: shared.statements + sum(({ statements }) => statements),
    transactions: shared.transactions + sum(({ transactions }) => transactions),
    rollbacks: shared.rollbacks + sum(({ rollbacks }) => rollbacks),
    waves: wavesOf(attempts),
    cost,
    finalState,
  };
}

/** Successes per second of the run's wall time. */
export function successesPerSecond(run: RunSummary): number {
  return run.wallMs === 0 ? 0 : (run.successes * 1_000) / run.wallMs;
}

/** A latency of the winners or of the losers; null, not 0, where there are none. */
export function latencyOf(
  whose: 'winnersLatency' | 'losersLatency',
  quantile: 'p50Ms' | 'p95Ms' | 'p99Ms',
): (run: RunSummary) => number | null {
  return (run) => (run[whose].count === 0 ? null : run[whose][quantile]);
}

function usedPool({ connectedMs, poolWaitMs }: Attempt): boolean {
  return connectedMs !== null || poolWaitMs > 0;
}

function kindOf({ outcome, cause }: Attempt): string {
  return cause === null ? outcome : `${outcome}: ${cause}`;
}

function countedBy(attempts: readonly Attempt[], key: (attempt: Attempt) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const attempt of attempts) counts[key(attempt)] = (counts[key(attempt)] ?? 0) + 1;
  return counts;
}

function medianOf(attempts: readonly Attempt[], of: (attempt: Attempt) => number): number {
  return quantileOf(attempts.map(of), 0.5);
}

function latenciesOf(attempts: readonly Attempt[]): LatencySummary {
  return summarizeLatencies(attempts.map(({ sentMs, answeredMs }) => answeredMs - sentMs));
}

function wavesOf(attempts: readonly Attempt[]): readonly Wave[] {
  const waves = new Map<string, { size: number; winners: number }>();
  for (const { row, version, outcome } of attempts) {
    if (version === null) continue;
    const key = `${row} ${version}`;
    const wave = waves.get(key) ?? { size: 0, winners: 0 };
    waves.set(key, wave);
    wave.size += 1;
    if (SUCCESSES.has(outcome)) wave.winners += 1;
  }
  const kinds = new Map<string, { size: number; winners: number; count: number }>();
  for (const { size, winners } of waves.values()) {
    const kind = kinds.get(`${size} ${winners}`) ?? { size, winners, count: 0 };
    kinds.set(`${size} ${winners}`, kind);
    kind.count += 1;
  }
  return [...kinds.values()];
}
