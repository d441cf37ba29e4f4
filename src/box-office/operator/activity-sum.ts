/** Adds up what the processes of one service did. */
import type { RefusalCode } from '../../domain/outcomes.ts';
import type { ProcessActivity } from '../box-office.ts';
import type { ActivitySecond } from './activity.ts';

/**
 * The activity of several processes as one. Percentiles can't be added: a second's `p50` is the processes' medians,
 * weighted by their answers, and its `p99` is the highest of theirs. Throws for no process.
 */
export function sumOfActivities(reports: readonly ProcessActivity[]): ProcessActivity {
  const [first] = reports;
  if (first === undefined) throw new Error('a service has a process');
  const sum = (of: (report: ProcessActivity) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const seconds = new Map<number, ActivitySecond[]>();
  for (const second of reports.flatMap((report) => report.seconds)) {
    const at = second.at.getTime();
    seconds.set(at, [...(seconds.get(at) ?? []), second]);
  }
  return {
    at: new Date(Math.max(...reports.map(({ at }) => at.getTime()))),
    uptimeSeconds: Math.max(...reports.map(({ uptimeSeconds }) => uptimeSeconds)),
    strategies: first.strategies,
    waiting: sum(({ waiting }) => waiting),
    watchers: sum(({ watchers }) => watchers),
    // Each saw the whole database.
    inFlight: {
      attempts: Math.max(...reports.map(({ inFlight }) => inFlight.attempts)),
      oldestSeconds: Math.max(...reports.map(({ inFlight }) => inFlight.oldestSeconds)),
    },
    pool: {
      total: sum(({ pool }) => pool.total),
      idle: sum(({ pool }) => pool.idle),
      waiting: sum(({ pool }) => pool.waiting),
    },
    seconds: [...seconds.entries()]
      .toSorted(([a], [b]) => a - b)
      .map(([at, same]) => sumOfSeconds(new Date(at), same)),
  };
}

function sumOfSeconds(at: Date, seconds: readonly ActivitySecond[]): ActivitySecond {
  const sum = (of: (second: ActivitySecond) => number): number =>
    seconds.reduce((total, second) => total + of(second), 0);
  const groups = sum((second) => second.groups);
  const members = sum((second) => second.groups * (second.groupSize?.mean ?? 0));
  const sizeMax = Math.max(...seconds.map(({ groupSize }) => groupSize?.max ?? 0));
  return {
    at,
    held: sum(({ held }) => held),
    paid: sum(({ paid }) => paid),
    toppedUp: sum(({ toppedUp }) => toppedUp),
    refunded: sum(({ refunded }) => refunded),
    released: sum(({ released }) => released),
    revenue: sum(({ revenue }) => revenue),
    outcomes: sumOfOutcomes(seconds),
    latencyMs: latencyOf(seconds),
    groups,
    groupSize: groups === 0 ? undefined : { mean: members / groups, max: sizeMax },
  };
}

function sumOfOutcomes(seconds: readonly ActivitySecond[]): ActivitySecond['outcomes'] {
  const outcomes: Partial<Record<RefusalCode, number>> = {};
  for (const [code, times] of seconds.flatMap((second) => Object.entries(second.outcomes))) {
    outcomes[code as RefusalCode] = (outcomes[code as RefusalCode] ?? 0) + times;
  }
  return outcomes;
}

function latencyOf(seconds: readonly ActivitySecond[]): ActivitySecond['latencyMs'] {
  let answers = 0;
  let weighted = 0;
  let p99 = 0;
  for (const second of seconds) {
    if (second.latencyMs === undefined) continue;
    const own = answersIn(second);
    answers += own;
    weighted += own * second.latencyMs.p50;
    p99 = Math.max(p99, second.latencyMs.p99);
  }
  return answers === 0 ? undefined : { p50: weighted / answers, p99 };
}

function answersIn({ held, paid, toppedUp, refunded, released, outcomes }: ActivitySecond): number {
  const refused = Object.values(outcomes).reduce((sum, times) => sum + times, 0);
  return held + paid + toppedUp + refunded + released + refused;
}
