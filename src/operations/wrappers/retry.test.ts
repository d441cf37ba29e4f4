import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../db/database.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { OpenStrategy, Strategy } from '../strategy.ts';
import { RETRY_ATTEMPTS_MAX, retry, retryDelayMs } from './retry.ts';

type Outcome = { readonly outcome: 'done' } | Refusal;

type Opened = OpenStrategy<string, { readonly outcome: 'done' }, Refusal>;

function opened(execute: Opened['execute']): Opened {
  return { name: 'core', execute, waiting: 0, close: () => Promise.resolve() };
}

/** A core that answers with these outcomes one after another, and then always with the last one. */
function coreOf(...outcomes: readonly [Outcome, ...Outcome[]]): {
  core: Strategy<string, { readonly outcome: 'done' }, Refusal>;
  calls: { readonly command: string; readonly atMs: number }[];
} {
  const calls: { readonly command: string; readonly atMs: number }[] = [];
  return {
    calls,
    core: {
      name: 'core',
      contention: 'one-wins-rest-retry',
      meanwhile: 'works-too',
      detects: 'version',
      use: 'service',
      open: () =>
        opened(async (command) => {
          const outcome = outcomes[Math.min(calls.length, outcomes.length - 1)]!;
          calls.push({ command, atMs: Date.now() });
          return outcome;
        }),
    },
  };
}

const done = { outcome: 'done' } as const;
const contended = refuse('contended', { cause: '40001' });
const context = { database: {} as Database };

describe('the wait before an attempt', () => {
  it('is a random part of a bound that doubles from 4 ms to 200 ms', () => {
    const almostOne = (): number => 1 - Number.EPSILON;
    const bounds = Array.from({ length: RETRY_ATTEMPTS_MAX }, (_, i) =>
      Math.round(retryDelayMs(i + 1, almostOne)),
    );
    expect(bounds).toEqual([4, 8, 16, 32, 64, 128, 200, 200, 200, 200, 200, 200]);
    expect(retryDelayMs(1, () => 0)).toBe(0);
    expect(retryDelayMs(9, () => 0)).toBe(0);
    expect(retryDelayMs(3, () => 0.5)).toBe(8);
  });

  it('is random by itself, and never out of its bounds', () => {
    const delays = Array.from({ length: 1_000 }, () => retryDelayMs(6));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(128);
    expect(new Set(delays).size).toBeGreaterThan(900);
    expect(delays.some((delayMs) => delayMs < 32)).toBe(true);
    expect(delays.some((delayMs) => delayMs > 96)).toBe(true);
  });
});

describe('retry', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What the core wrapped in `retry` answers, with all waits gone through. */
  async function outcomeOf(core: Strategy<string, { readonly outcome: 'done' }, Refusal>): Promise<Outcome> {
    const answering = retry(core).open(context).execute('command');
    await vi.runAllTimersAsync();
    return answering;
  }

  it('is named after its core and promises what its core promises', () => {
    const { core } = coreOf(done);
    expect(retry(core)).toMatchObject({ name: 'core+retry', contention: core.contention, use: core.use });
    expect(retry({ ...core, use: 'lab' }).use).toBe('lab');
  });

  it('does not repeat a success', async () => {
    const { core, calls } = coreOf(done);
    expect(await outcomeOf(core)).toBe(done);
    expect(calls).toHaveLength(1);
  });

  it('tries again what was contended, with the same command, until it succeeds', async () => {
    const { core, calls } = coreOf(contended, refuse('contended', { cause: 'version' }), done);
    expect(await outcomeOf(core)).toBe(done);
    expect(calls.map(({ command }) => command)).toEqual(['command', 'command', 'command']);
  });

  it('stops at the first refusal that is final', async () => {
    const taken = refuse<'seat_taken', number>('seat_taken', { seats: [1] });
    const { core, calls } = coreOf(contended, taken, done);
    expect(await outcomeOf(core)).toBe(taken);
    expect(calls).toHaveLength(2);
  });

  it('begins no attempt that its request has no time for', async () => {
    const { core, calls } = coreOf(contended);
    const deadline = new Deadline(50);
    const answering = retry(core).open(context).execute('command', { deadline });
    await vi.runAllTimersAsync();
    expect(await answering).toEqual({ outcome: 'contended', cause: 'retries' });
    expect(calls.length).toBeLessThan(RETRY_ATTEMPTS_MAX);
    expect(calls.at(-1)!.atMs - calls[0]!.atMs).toBeLessThanOrEqual(50);
  });

  it('gives up with contended, never with a success, after its last attempt', async () => {
    const { core, calls } = coreOf(contended);
    expect(await outcomeOf(core)).toEqual({ outcome: 'contended', cause: 'retries' });
    expect(calls).toHaveLength(RETRY_ATTEMPTS_MAX);
  });

  it('begins no attempt after five seconds: each may wait for a connection and for locks', async () => {
    const { core, calls } = coreOf(contended);
    const slow: typeof core = {
      ...core,
      open: (given) => {
        const { execute, ...rest } = core.open(given);
        return {
          ...rest,
          execute: async (command) => {
            await new Promise((resolve) => setTimeout(resolve, 2_000));
            return execute(command);
          },
        };
      },
    };
    expect(await outcomeOf(slow)).toEqual({ outcome: 'contended', cause: 'retries' });
    expect(calls).toHaveLength(3);
  });

  it('succeeds in its last attempt', async () => {
    const losses = Array.from({ length: RETRY_ATTEMPTS_MAX - 2 }, () => contended);
    const { core, calls } = coreOf(contended, ...losses, done);
    expect(await outcomeOf(core)).toBe(done);
    expect(calls).toHaveLength(RETRY_ATTEMPTS_MAX);
  });

  it('waits between attempts for no longer than the bound, and not at all after the last', async () => {
    const { core, calls } = coreOf(contended);
    const answering = retry(core).open(context).execute('command');
    await vi.runAllTimersAsync();
    await answering;
    expect(Date.now() - calls.at(-1)!.atMs).toBe(0);
    const waits = calls.slice(1).map(({ atMs }, i) => atMs - calls[i]!.atMs);
    // A timer counts whole milliseconds, of which the first may be begun.
    waits.forEach((waitMs, i) => expect(waitMs).toBeLessThanOrEqual(retryDelayMs(i + 1, () => 1) + 1));
    expect(Math.max(...waits)).toBeGreaterThan(0);
  });

  it.each([
    ['the pool', refuse('contended', { cause: 'pool' })],
    ['an overloaded server', refuse('overloaded', { cause: '53300' })],
    ['an unknown outcome', refuse('outcome_unknown')],
    ['a lack of money', refuse('insufficient_balance', { required: 2, available: 1 })],
  ])('does not repeat a request that waited in vain or must not be repeated: %s', async (_, refusal) => {
    const { core, calls } = coreOf(refusal, done);
    expect(await outcomeOf(core)).toBe(refusal);
    expect(calls).toHaveLength(1);
  });

  it('passes a program error on at once', async () => {
    let calls = 0;
    const core: Strategy<string, { readonly outcome: 'done' }, Refusal> = {
      ...coreOf(done).core,
      open: () =>
        opened(async () => {
          calls += 1;
          throw new Error('the program fails here');
        }),
    };
    await expect(retry(core).open(context).execute('command')).rejects.toThrow('fails here');
    expect(calls).toBe(1);
  });
});
