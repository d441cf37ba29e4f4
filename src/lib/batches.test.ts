import { describe, expect, it } from 'vitest';
import { inBatches } from './batches.ts';

/** Runs that end when told to. */
function heldRuns(sizeMax = 10) {
  const runs: { key: string; items: readonly number[]; end: (error?: Error) => void }[] = [];
  const ask = inBatches<number, string>(
    sizeMax,
    (key, items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void =>
          error === undefined ? resolve((item) => `${key}${item}`) : reject(error);
        runs.push({ key, items, end });
      }),
  );
  return { runs, ask };
}

describe('requests in batches', () => {
  it('run at once when alone, and together when they arrive during a run', async () => {
    const { runs, ask } = heldRuns();
    const answers = [1, 2, 3].map((item) => ask('a', item));
    expect(runs.map(({ items }) => items)).toEqual([[1]]);
    runs[0]!.end();
    expect(await answers[0]).toBe('a1');
    await expect.poll(() => runs.length).toBe(2);
    expect(runs[1]!.items).toEqual([2, 3]);
    runs[1]!.end();
    expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'a3']);
  });

  it('run side by side for different keys', () => {
    const { runs, ask } = heldRuns();
    void ask('a', 1);
    void ask('b', 2);
    expect(runs.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('are at most so many in a run', async () => {
    const { runs, ask } = heldRuns(2);
    const answers = [1, 2, 3, 4].map((item) => ask('a', item));
    for (let run = 0; run < 3; run += 1) {
      await expect.poll(() => runs.length).toBe(run + 1);
      runs[run]!.end();
    }
    await Promise.all(answers);
    expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3], [4]]);
  });

  it('all get the error of their run, and no other request does', async () => {
    const { runs, ask } = heldRuns();
    const answers = [1, 2, 3].map((item) => ask('a', item));
    runs[0]!.end();
    await expect.poll(() => runs.length).toBe(2);
    runs[1]!.end(new Error('away'));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const later = ask('a', 4);
    await expect.poll(() => runs.length).toBe(3);
    runs[2]!.end();
    expect(await later).toBe('a4');
  });
});
