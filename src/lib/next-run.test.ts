import { describe, expect, it } from 'vitest';
import { sharedNextRun } from './next-run.ts';

/** Work whose runs end when the test says so; each returns its number. */
function createWork() {
  const ends: ((value: number | Error) => void)[] = [];
  const shared = sharedNextRun(
    async () =>
      new Promise<number>((resolve, reject) => {
        ends.push((value) => (value instanceof Error ? reject(value) : resolve(value)));
      }),
  );
  return { shared, runs: () => ends.length, end: (run: number, value: number | Error) => ends[run]!(value) };
}

describe('a shared next run', () => {
  it('begins after the call, and serves every caller that arrived before it began', async () => {
    const { shared, runs, end } = createWork();
    const first = shared('a');
    const late = [shared('a'), shared('a'), shared('a')];
    expect(runs()).toBe(1);
    end(0, 10);
    expect(await first).toBe(10);
    expect(runs()).toBe(2);
    const later = shared('a');
    end(1, 20);
    expect(await Promise.all(late)).toEqual([20, 20, 20]);
    end(2, 30);
    expect(await later).toBe(30);
    expect(runs()).toBe(3);
  });

  it('keeps keys apart', async () => {
    const { shared, end } = createWork();
    const [a, b] = [shared('a'), shared('b')];
    end(1, 2);
    end(0, 1);
    expect([await a, await b]).toEqual([1, 2]);
  });

  it('does not fail with the run before it', async () => {
    const { shared, end } = createWork();
    const first = shared('a');
    const second = shared('a');
    end(0, new Error('no'));
    await expect(first).rejects.toThrow('no');
    end(1, 1);
    expect(await second).toBe(1);
  });
});
