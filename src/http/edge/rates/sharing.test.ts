/** Processes that tell each other what their clients use, by messages that take no time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createUseExchange } from '../../../commands/serve/processes/rates.ts';
import type { RateLimiter, Rates } from './limiter.ts';
import { createRateLimiter } from './limiter.ts';
import type { SharedRateLimiter, Uses } from './sharing.ts';
import { createSharedRateLimiter, REPORT_INTERVAL_MS } from './sharing.ts';

const RATE = { perSecond: 20, burst: 60 };
/** What may pass until the processes know of each other's uses. */
const UNKNOWN = RATE.perSecond * 3 * (REPORT_INTERVAL_MS / 1_000);
const RATES: Rates = { account: RATE, address: undefined, 'sign-in': undefined, unidentified: undefined };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Service {
  readonly processes: readonly RateLimiter[];
  /** What each process has told the parent, and the parent the processes. */
  readonly messages: Uses[];
}

function openService(count: number): Service {
  const messages: Uses[] = [];
  const exchange = createUseExchange<SharedRateLimiter>((to, uses) => {
    messages.push(uses);
    to.learn(uses);
  });
  const processes = Array.from({ length: count }, () => {
    const process: SharedRateLimiter = createSharedRateLimiter(RATES, count, (uses) => {
      messages.push(uses);
      exchange.add(process, uses);
    });
    exchange.join(process);
    return process;
  });
  return { processes, messages };
}

function openAlone(count: number): Service {
  return { processes: Array.from({ length: count }, () => createRateLimiter(RATES)), messages: [] };
}

/** Sends so many requests a second to each process for so many seconds; returns how many were admitted, each second. */
function send({ processes }: Service, perSecond: number, seconds: number, account = 'anna'): number[] {
  let ms = 0;
  let sent = 0;
  return Array.from({ length: seconds }, (_, second) => {
    let admitted = 0;
    while (ms < (second + 1) * 1_000) {
      vi.advanceTimersByTime(1);
      ms += 1;
      const due = Math.floor((ms * perSecond) / 1_000) - sent;
      sent += due;
      for (const process of processes) {
        for (let i = 0; i < due; i += 1) {
          if (process.take('account', account) === undefined) admitted += 1;
        }
      }
    }
    return admitted;
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

describe.each([2, 4, 16])('an account that sends to all of %i processes', (count) => {
  // As fast as it can, a little more than its rate, and what only adds up to more.
  it.each([1_000, 30, 21 / count, 12])('at %f/s each gets its rate in the long run', (perSecond) => {
    const seconds = 120;
    const admitted = sum(send(openService(count), perSecond, seconds));
    const most = RATE.burst + RATE.perSecond * seconds;
    expect(admitted).toBeLessThanOrEqual(most + RATE.burst + UNKNOWN);
    expect(admitted).toBeGreaterThanOrEqual(
      Math.min(RATE.perSecond, Math.floor(count * perSecond)) * (seconds - 5),
    );
  });

  it('at once gets a burst of each process, and owes what goes beyond one', () => {
    const service = openService(count);
    const [first, ...then] = send(service, 100_000, count * 3);
    expect(first).toBeLessThanOrEqual(count * RATE.burst);
    // Nothing until the debt is refilled.
    const owingSeconds = ((count - 1) * RATE.burst) / RATE.perSecond;
    expect(sum(then.slice(0, owingSeconds - 2))).toBe(0);
    expect(sum(then)).toBeLessThanOrEqual(RATE.burst + UNKNOWN);
    vi.advanceTimersByTime(3_600_000);
    expect(sum(send(service, 100_000, 1))).toBeLessThanOrEqual(count * RATE.burst);
  });

  it('control: without sharing gets the rate of each process', () => {
    const seconds = 120;
    const admitted = sum(send(openAlone(count), 1_000, seconds));
    expect(admitted).toBeGreaterThanOrEqual(count * RATE.perSecond * seconds);
  });
});

describe('processes tell each other', () => {
  it('nothing of accounts that keep within their share', () => {
    const service = openService(2);
    for (let i = 0; i < 100; i += 1) send(service, 30, 1, `account-${i}`);
    expect(service.messages).toEqual([]);
  });

  it('no more than a message per interval, in which uses are summed', () => {
    const service = openService(2);
    const [one, other] = service.processes;
    for (let i = 0; i < 40; i += 1) one!.take('account', 'anna');
    vi.advanceTimersByTime(1);
    expect(service.messages[0]).toEqual([['account', 'anna', 40]]);
    const before = service.messages.length;
    send(service, 1_000, 10);
    expect(service.messages.length - before).toBeLessThanOrEqual(4 * 10 * (1_000 / REPORT_INTERVAL_MS) + 4);
    expect(other!.take('account', 'anna')).toMatchObject({ name: 'account' });
  });

  it('nothing more once the account is quiet', () => {
    const service = openService(2);
    send(service, 1_000, 1);
    vi.advanceTimersByTime(60_000);
    const before = service.messages.length;
    send(service, 1, 10);
    expect(service.messages).toHaveLength(before);
  });
});

it('a client of one process has its whole burst there', () => {
  const { processes } = openService(4);
  const admitted = Array.from({ length: 100 }, () => processes[0]!.take('account', 'anna')).filter(
    (exceeded) => exceeded === undefined,
  );
  expect(admitted).toHaveLength(RATE.burst);
});

it('a process that has ended gets no more messages', () => {
  const got: unknown[] = [];
  const exchange = createUseExchange<string>((to, uses) => got.push([to, uses]));
  for (const name of ['one', 'two', 'three']) exchange.join(name);
  exchange.add('one', [['account', 'anna', 31]]);
  exchange.add('three', [['account', 'anna', 5]]);
  exchange.leave('three');
  vi.advanceTimersByTime(REPORT_INTERVAL_MS);
  expect(got).toEqual([
    ['two', [['account', 'anna', 36]]],
    ['one', [['account', 'anna', 5]]],
  ]);
});
