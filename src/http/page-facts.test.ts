import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BoxOffice, Concert, Performance } from '../box-office/box-office.ts';
import { refuse } from '../domain/outcomes.ts';
import { createPageFacts } from './page-facts.ts';

type Readers = Pick<BoxOffice, 'readConcert' | 'readPerformance'>;

const TITLE = { ko: '봄', en: 'Spring' };

describe("a page's facts", () => {
  let nowMs = 0;
  let reads: string[];
  const counted = (readConcert: BoxOffice['readConcert']): Readers => ({
    readConcert: (id) => {
      reads.push(id);
      return readConcert(id);
    },
    readPerformance: async () => ({ title: TITLE }) as unknown as Performance,
  });
  const concert = async (): Promise<Concert> => ({ title: TITLE, description: {} }) as unknown as Concert;

  beforeEach(() => {
    nowMs = 0;
    reads = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are read once a minute, however many ask', async () => {
    const factsOf = createPageFacts(counted(concert), () => nowMs);
    const all = await Promise.all(Array.from({ length: 100 }, () => factsOf('concerts', 'spring')));
    expect(new Set(all.map((facts) => facts?.title))).toEqual(new Set([TITLE]));
    nowMs = 59_999;
    await factsOf('concerts', 'spring');
    expect(reads).toEqual(['spring']);
    nowMs = 60_000;
    await factsOf('concerts', 'spring');
    expect(reads).toEqual(['spring', 'spring']);
  });

  it('are those of before while newer ones are read, and gone once the concert is', async () => {
    let answer = concert as BoxOffice['readConcert'];
    const factsOf = createPageFacts(
      counted((id) => answer(id)),
      () => nowMs,
    );
    await factsOf('concerts', 'spring');
    nowMs = 60_000;
    answer = async () => refuse('not_found', { what: 'concert' });
    expect((await factsOf('concerts', 'spring'))?.title).toEqual(TITLE);
    await vi.advanceTimersByTimeAsync(0);
    expect(await factsOf('concerts', 'spring')).toBeUndefined();
  });

  it('are none when the database is slow or fails: the page does not wait for it', async () => {
    const slow = createPageFacts(
      counted(() => new Promise(() => undefined)),
      () => nowMs,
    );
    const waiting = slow('concerts', 'spring');
    await vi.advanceTimersByTimeAsync(300);
    expect(await waiting).toBeUndefined();
    const failing = createPageFacts(
      counted(() => Promise.reject(new Error('gone'))),
      () => nowMs,
    );
    expect(await failing('concerts', 'spring')).toBeUndefined();
  });

  it('of a performance are the title of its concert', async () => {
    const factsOf = createPageFacts(counted(concert), () => nowMs);
    expect(await factsOf('performances', 'spring-1')).toEqual({ title: TITLE, description: {} });
    expect(reads).toEqual([]);
  });
});
