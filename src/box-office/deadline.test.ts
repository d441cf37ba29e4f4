import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '../domain/outcomes.ts';
import type { BoxOfficeContext } from './context.ts';
import { createDeadlines } from './deadline.ts';

const deadlines = createDeadlines(() => ({}) as BoxOfficeContext, 1_000);
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a write whose time is up', () => {
  const answerOf = async (begin: (context: BoxOfficeContext) => void): Promise<unknown> => {
    const answering = deadlines.write((at) => {
      begin(at);
      return never();
    })(undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    return answering;
  };

  it('is contended while no transaction has taken it up, and none does so any more', async () => {
    let context: BoxOfficeContext | undefined;
    expect(await answerOf((at) => (context = at))).toEqual({ outcome: 'contended', cause: 'deadline' });
    expect(context?.deadline?.takeUp()).toBe(false);
  });

  it('has an unknown outcome while it is at work', async () => {
    expect(await answerOf(({ deadline }) => deadline?.takeUp())).toEqual({ outcome: 'outcome_unknown' });
  });

  it('is contended once its transaction has ended without writing', async () => {
    const answer = await answerOf(({ deadline }) => {
      deadline?.takeUp();
      deadline?.putDown();
    });
    expect(answer).toEqual({ outcome: 'contended', cause: 'deadline' });
  });
});

it('answers a late read contended', async () => {
  const answering = deadlines.read(never)();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answering).toEqual({ outcome: 'contended', cause: 'deadline' });
});

it('passes on an answer and an error that come in time, and leaves no timer', async () => {
  expect(await deadlines.write(async (_, request: string) => request)('done')).toBe('done');
  await expect(deadlines.read(() => Promise.reject(new Error('a bug')))()).rejects.toThrow('a bug');
  expect(vi.getTimerCount()).toBe(0);
});

it('gives each request a time of its own', async () => {
  const atMs: [string, number][] = [];
  const send = deadlines.write(async ({ deadline }, name: string) => {
    atMs.push([name, deadline?.atMs ?? 0]);
  });
  await send('first');
  vi.advanceTimersByTime(400);
  await send('second');
  const start = atMs[0]![1];
  expect(atMs).toEqual([
    ['first', start],
    ['second', start + 400],
  ]);
});

describe('where a request is carried out', () => {
  const context = {} as BoxOfficeContext;
  const answer = async (_at: BoxOfficeContext, ..._given: unknown[]): Promise<string> => 'done';

  it('is found by its first argument, at once or later', async () => {
    const asked: unknown[] = [];
    const later = createDeadlines(async (given) => (asked.push(given), context), 1_000);
    expect(await later.write(answer)({ performanceId: 'spring' })).toBe('done');
    expect(await later.read(answer)('spring', 600)).toBe('done');
    expect(asked).toEqual([{ performanceId: 'spring' }, 'spring']);
  });

  it('is nowhere while its server is away', async () => {
    const away = refuse('overloaded', { cause: 'server' });
    for (const route of [() => away, async () => away])
      expect(await createDeadlines(route, 1_000).read(answer)('spring')).toEqual(away);
  });
});
